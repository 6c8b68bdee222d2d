namespace Muster.Cli.Tests;

/// <summary>The real clocks, some time ago: what took minutes is not waited for.</summary>
sealed class Earlier(TimeSpan ago) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() - ago;

    public override long GetTimestamp() => System.GetTimestamp() - (long)(ago.TotalSeconds * TimestampFrequency);
}
