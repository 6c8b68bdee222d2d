using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>When a store is killed that is being written to: at a random moment, since one that is known beforehand meets the same state each time.</summary>
/// <param name="AllowedLoss">How old a write may be that is lost; zero where none may be.</param>
/// <param name="MostWrites">All that is written until then is read back.</param>
sealed record KillMoment(TimeSpan WriteFor, TimeSpan AllowedLoss, int MostWrites)
{
    static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(10);

    /// <summary>Where a loss is allowed, the kill comes when the oldest write is older than that: of a store that keeps nothing at all, nothing lost would be too old within it.</summary>
    TimeSpan Earliest => AllowedLoss > TimeSpan.Zero ? AllowedLoss * 1.5 : WriteFor * 0.2;

    public TimeSpan Latest => Earliest * 1.5 > WriteFor ? Earliest * 1.5 : WriteFor;

    /// <summary>Between two writes of one writer: where the time is what counts, the writes are spread over it.</summary>
    public TimeSpan Pause(int writers) => AllowedLoss > TimeSpan.Zero ? Latest * writers / MostWrites : TimeSpan.Zero;

    /// <summary>Waits for it while writes go on; it does not come before one was acknowledged.</summary>
    /// <param name="broke">How a writer broke last; null where none did.</param>
    /// <exception cref="Unseen">Nothing was acknowledged, or writing ended.</exception>
    public async Task Comes(WriteRecord record, IReadOnlyCollection<Task> writers, Func<string?> broke, ProbeContext context, CancellationToken cancel)
    {
        var until = Earliest + (Latest - Earliest) * (RandomNumberGenerator.GetInt32(1000) / 1000d);
        var (began, before) = (context.Clock.GetTimestamp(), record.Acknowledged);
        while (true)
        {
            var (took, now) = (context.Clock.GetElapsedTime(began), record.Acknowledged - before);
            if (now > 0 && (took >= until || AllowedLoss == TimeSpan.Zero && now >= MostWrites)) return;
            if (took > until + LongestSilence) throw new Unseen(Blind.Unreadable, $"no write was acknowledged in {took.TotalSeconds:0.#} s: {broke() ?? (record.Refused > 0 ? "each was refused" : "nobody answered")}");
            if (writers.All(writer => writer.IsCompleted)) throw new Unseen(Blind.Unreachable, $"writing ended before anything was killed: {broke()}");
            await Task.Delay(TimeSpan.FromMilliseconds(1 + RandomNumberGenerator.GetInt32(5)), context.Clock, cancel);
        }
    }
}
