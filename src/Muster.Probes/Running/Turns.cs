using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// Who is asked next: targets in turn, each at most so many at once. A worker that finds nothing may leave: whatever still waits is at a target
/// whose workers are all busy, and they come back for it. So no worker ever waits for another.
/// </summary>
sealed class Turns
{
    readonly Lock _one = new();
    readonly Queue<Line> _ready = new();
    readonly int _perTarget;

    /// <param name="chosen">Those that are asked in this round, by their place among all.</param>
    public Turns(ImmutableArray<Ask> asks, IEnumerable<int> chosen, int perTarget)
    {
        _perTarget = perTarget;
        var lines = new Dictionary<string, Line>(StringComparer.Ordinal);
        foreach (var i in chosen)
        {
            var key = TargetKey.Of(asks[i].Question);
            if (!lines.TryGetValue(key, out var line)) _ready.Enqueue(line = lines[key] = new());
            line.Waiting.Enqueue(i);
        }
    }

    public Turn? Take()
    {
        lock (_one)
        {
            if (!_ready.TryDequeue(out var line)) return null;
            var index = line.Waiting.Dequeue();
            line.Busy++;
            if (MayGoOn(line)) _ready.Enqueue(line);
            return new(index, line);
        }
    }

    public void Done(Turn turn)
    {
        lock (_one)
        {
            var wasReady = MayGoOn(turn.Line);
            turn.Line.Busy--;
            if (!wasReady && MayGoOn(turn.Line)) _ready.Enqueue(turn.Line);
        }
    }

    bool MayGoOn(Line line) => line.Waiting.Count > 0 && line.Busy < _perTarget;

    internal sealed class Line
    {
        public Queue<int> Waiting { get; } = new();
        public int Busy { get; set; }
    }
}

/// <summary>One ask's turn at its target.</summary>
sealed record Turn(int Index, Turns.Line Line);
