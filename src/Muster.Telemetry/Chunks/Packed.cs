using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Muster.Telemetry.Chunks;

/// <summary>Numbers of one width, one after the other.</summary>
static class Packed
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
        ref var start = ref MemoryMarshal.GetReference(bytes);
        // So many begin where eight bytes are inside for sure.
        var inside = Math.Clamp((((bytes.Length - 8) * 8) - position) / width, 0, into.Length);
        foreach (ref var value in into[..inside])
        {
            value = from + (long)(ChunkReader.Inside(ref start, position) & mask);
            position += width;
        }

        foreach (ref var value in into[inside..])
        {
            value = from + (long)(ChunkReader.Bits(bytes, position) & mask);
            position += width;
        }

        return position;
    }
}
