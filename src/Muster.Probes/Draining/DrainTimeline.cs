using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What happened when, after the signal.</summary>
sealed class DrainTimeline(TimeProvider clock, long signal)
{
    readonly List<(string Event, TimeSpan At)> _events = [("signal", TimeSpan.Zero)];

    /// <summary>Nothing is entered for what never happened.</summary>
    public TimeSpan? Enter(string what, long? at)
    {
        if (at is not { } when) return null;
        var since = clock.GetElapsedTime(signal, when);
        _events.Add((what, since));
        return since;
    }

    public Value Written => Value.List(_events.OrderBy(one => one.At).Select(one => (Value)Value.Of(("event", one.Event), ("at", HttpProbe.Seconds(one.At)))));
}
