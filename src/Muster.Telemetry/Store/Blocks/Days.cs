namespace Muster.Telemetry.Store.Blocks;

/// <summary>Days of UTC, in milliseconds since 1970.</summary>
static class Days
{
    public const long Length = 86_400_000;

    /// <summary>From the year 1 to 9999, since blocks are named by their day.</summary>
    public const long Earliest = -62_135_596_800_000, Latest = 253_402_300_799_999;

    public static long Of(long time) => time >= 0 ? time / Length : ((time + 1) / Length) - 1;
}
