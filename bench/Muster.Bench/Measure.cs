using System.Diagnostics;

namespace Muster.Bench;

/// <summary>Medians of rounds after a warm-up. A round repeats the work until it is long enough for the clock; the spread stands beside the median.</summary>
static class Measure
{
    public sealed record Plan(int Rounds, TimeSpan WarmUp, TimeSpan Round);

    /// <summary>Seconds, units, bytes and allocated bytes of one call; the peak resident bytes of the process that did the work.</summary>
    public sealed record Result(double Median, double Fastest, double Slowest, long Units, long Bytes, string Unit, long Allocated, long Peak);

    public static readonly Plan Full = new(Rounds: 9, WarmUp: TimeSpan.FromMilliseconds(500), Round: TimeSpan.FromMilliseconds(200));
    public static readonly Plan Quick = new(Rounds: 3, WarmUp: TimeSpan.FromMilliseconds(100), Round: TimeSpan.FromMilliseconds(50));

    public static Result Median(Work work, Plan plan)
    {
        long units = 0;
        for (var warming = Stopwatch.StartNew(); warming.Elapsed < plan.WarmUp || units == 0;) units = work.Once();
        GC.Collect();
        var seconds = new double[plan.Rounds];
        long allocated = 0;
        for (var round = 0; round < plan.Rounds; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var calls = 0;
            var watch = Stopwatch.StartNew();
            do
            {
                work.Once();
                calls++;
            }
            while (watch.Elapsed < plan.Round);

            seconds[round] = watch.Elapsed.TotalSeconds / calls;
            allocated = (GC.GetTotalAllocatedBytes(precise: true) - before) / calls;
        }

        Array.Sort(seconds);
        return new(seconds[seconds.Length / 2], seconds[0], seconds[^1], units, work.Bytes, work.Unit, allocated, work.Peak?.Invoke() ?? OwnPeak());
    }

    static long OwnPeak()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
