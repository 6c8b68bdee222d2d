using Muster.Probes.Load;

namespace Muster.Bench;

/// <summary>
/// A server with one place: it takes a millisecond for a request, one after another, and begins none while it stalls, from the 500th to the 700th millisecond of each second. With that it bears
/// 800 requests a second, and what each must wait is arithmetic.
/// </summary>
sealed class StallSchedule
{
    public const double Capacity = 800;
    const long Each = 1_000_000, Second = 1_000_000_000, From = 500_000_000, To = 700_000_000, Rest = 400_000_000;
    long _began = -Second, _free = -Second;

    /// <summary>When the answer to what comes now is due; nanoseconds. After a rest a schedule begins anew.</summary>
    public long Done(long now)
    {
        if (now - _free > Rest) (_began, _free) = (now, now);
        var start = Math.Max(now, _free);
        var at = (start - _began) % Second;
        if (at is >= From and < To) start += To - at;
        return _free = start + Each;
    }

    /// <summary>What those who come at this rate wait.</summary>
    public static Latencies Truth(double rate, TimeSpan time)
    {
        var (schedule, waits) = (new StallSchedule(), new Latencies());
        for (long k = 0; k < (long)Math.Ceiling(rate * time.TotalSeconds); k++)
        {
            var comes = (long)(k / rate * 1e9);
            waits.Add(schedule.Done(comes) - comes);
        }

        return waits;
    }
}
