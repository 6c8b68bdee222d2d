namespace Muster.Telemetry.Series;

/// <summary>The one payload of not-a-number by which a series says that it has ended; every other not-a-number is a value (<see href="https://prometheus.io/docs/specs/prw/remote_write_spec/"/>).</summary>
public static class StaleMarker
{
    public const long Bits = 0x7ff0000000000002;

    public static readonly double Value = BitConverter.Int64BitsToDouble(Bits);

    public static bool Is(double value) => BitConverter.DoubleToInt64Bits(value) == Bits;
}
