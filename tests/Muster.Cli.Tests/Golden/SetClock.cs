namespace Muster.Cli.Tests;

/// <summary>A clock that says what it was set to; what waits on a timer waits by the system's.</summary>
sealed class SetClock(DateTimeOffset now) : TimeProvider
{
    DateTimeOffset _now = now;

    public override DateTimeOffset GetUtcNow() => _now;

    public void Move(TimeSpan by) => _now += by;
}
