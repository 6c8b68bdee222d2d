namespace Muster.Telemetry.Store.Blocks;

/// <summary>Days of UTC, in milliseconds since 1970.</summary>
static class Days
{
    public const long Length = 86_400_000;

    public static long Of(long time) => time >= 0 ? time / Length : ((time + 1) / Length) - 1;
}
