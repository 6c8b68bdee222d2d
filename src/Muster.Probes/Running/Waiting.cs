using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Asking again until something is so, for a bounded time.</summary>
static class Waiting
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    /// <summary>How long it took from the beginning until it was so; null if the time ran out.</summary>
    public static async Task<TimeSpan?> Until(Func<Task<bool>> so, TimeSpan longest, ProbeContext context, CancellationToken cancel)
    {
        var began = context.Clock.GetTimestamp();
        while (true)
        {
            if (await so()) return context.Clock.GetElapsedTime(began);
            if (context.Clock.GetElapsedTime(began) + Pause > longest) return null;
            await Task.Delay(Pause, context.Clock, cancel);
        }
    }
}
