namespace Muster.Telemetry.Store.Head;

/// <summary>
/// The time as it is used to judge samples. A clock that is set back must not make the samples of everybody else lie ahead: it goes on from where it
/// was. Milliseconds since 1970.
/// </summary>
sealed class Clock(TimeProvider time)
{
    readonly long _started = time.GetUtcNow().ToUnixTimeMilliseconds();
    readonly long _stamp = time.GetTimestamp();

    public long Now => Math.Max(Wall, Steady);

    /// <summary>What the clock would show had nobody set it since the store was opened.</summary>
    public long Steady => _started + (long)time.GetElapsedTime(_stamp).TotalMilliseconds;

    public long Wall => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Since the store was opened, by the clock that is never set.</summary>
    public TimeSpan Running => time.GetElapsedTime(_stamp);
}
