using System.Diagnostics.CodeAnalysis;
using System.Text;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Reading;

namespace Muster.Telemetry.Store.Head;

/// <summary>The exemplars that came in last, so many, with so much text in their labels and those of their series, and no more. Safe from several threads.</summary>
sealed class ExemplarRing(int most, int mostText)
{
    /// <summary>Longest labels of one, as a key has them: a trace, a span, and a few attributes.</summary>
    public const int LongestKey = 2048;

    readonly Lock _gate = new();
    readonly Queue<(Labels Series, Exemplar Exemplar, long Generation)> _all = new();
    readonly HashSet<(Labels, long, double, Labels)> _known = [];
    long _text;

    /// <summary>Another number with each change.</summary>
    public long Changes { get; private set; }

    /// <summary>The labels as a key; false: they are none, or too long to be kept.</summary>
    public static bool TryKey(Labels labels, [NotNullWhen(true)] out byte[]? key)
    {
        key = null;
        // Characters first: nothing is made of what is much too long.
        if (Text(labels) > LongestKey) return false;
        var writer = new SeriesKeyWriter();
        foreach (var label in labels.Span) writer.Add(Encoding.UTF8.GetBytes(label.Name), Encoding.UTF8.GetBytes(label.Value));
        if (!writer.TryFinish(out var bytes, out _) || bytes.Length > LongestKey) return false;
        key = bytes.ToArray();
        return true;
    }

    /// <summary>False: it is here already.</summary>
    /// <param name="generation">The one in which it came in; 0: one that is sealed.</param>
    public bool Add(Labels series, Exemplar exemplar, long generation)
    {
        lock (_gate)
        {
            if (!_known.Add((series, exemplar.Time, exemplar.Value, exemplar.Labels))) return false;
            Changes++;
            _all.Enqueue((series, exemplar, generation));
            _text += Text(series) + Text(exemplar.Labels);
            while (_all.Count > most || _text > mostText)
            {
                var (of, old, _) = _all.Dequeue();
                Forget(of, old);
            }

            return true;
        }
    }

    /// <summary>Forgets what a deletion goes for.</summary>
    public void Remove(Deletion deletion)
    {
        lock (_gate)
        {
            for (var left = _all.Count; left > 0; left--)
            {
                var one = _all.Dequeue();
                if (!deletion.Hits(one.Series, one.Exemplar.Time, one.Generation))
                {
                    _all.Enqueue(one);
                    continue;
                }

                Forget(one.Series, one.Exemplar);
                Changes++;
            }
        }
    }

    public (Labels Series, Exemplar Exemplar)[] All()
    {
        lock (_gate) return [.. _all.Select(static one => (one.Series, one.Exemplar))];
    }

    void Forget(Labels series, Exemplar exemplar)
    {
        _known.Remove((series, exemplar.Time, exemplar.Value, exemplar.Labels));
        _text -= Text(series) + Text(exemplar.Labels);
    }

    static long Text(Labels labels)
    {
        var length = 0L;
        foreach (var label in labels.Span) length += label.Name.Length + label.Value.Length;
        return length;
    }
}
