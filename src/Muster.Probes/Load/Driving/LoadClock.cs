namespace Muster.Probes.Load;

/// <summary>Nanoseconds since the run's start, by the monotonic clock.</summary>
public readonly struct LoadClock(TimeProvider clock)
{
    readonly long _began = clock.GetTimestamp();
    readonly double _scale = 1e9 / clock.TimestampFrequency;

    public long Now
    {
        get
        {
            var ticks = clock.GetTimestamp() - _began;
            return _scale == 1 ? ticks : (long)(ticks * _scale);
        }
    }
}
