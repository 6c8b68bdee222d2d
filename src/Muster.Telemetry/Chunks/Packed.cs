using System.Runtime.CompilerServices;

namespace Muster.Telemetry.Chunks;

/// <summary>Numbers of one width, one after the other.</summary>
internal static class Packed
{
    /// <summary>The bit after the last one.</summary>
    /// <param name="width">1 to 64 bits.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Read(ReadOnlySpan<byte> bytes, int position, int width, long from, Span<long> into)
    {
        if (width > 57)
        {
            foreach (ref var value in into)
            {
                value = from + (long)ChunkReader.Wide(bytes, position, width);
                position += width;
            }

            return position;
        }

        var mask = (1UL << width) - 1;
        foreach (ref var value in into)
        {
            value = from + (long)(ChunkReader.Bits(bytes, position) & mask);
            position += width;
        }

        return position;
    }
}
