namespace Muster.Telemetry.Chunks;

/// <summary>Signed numbers as unsigned ones that are small when the number is near 0: 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4.</summary>
internal static class Zigzag
{
    public static ulong Of(long value) => (ulong)((value << 1) ^ (value >> 63));

    public static long Back(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}
