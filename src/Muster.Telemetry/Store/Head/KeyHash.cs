using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Muster.Telemetry.Store.Head;

/// <summary>
/// A 64-bit hash of a series key by folded multiplication, sixteen bytes a step. Its seed is made anew in each process, so that nobody outside can
/// prepare keys that collide; so it must never be written down.
/// </summary>
static class KeyHash
{
    const ulong Odd = 0x9e3779b97f4a7c15;

    static readonly ulong Seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));

    static readonly ulong Second = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ulong Of(ReadOnlySpan<byte> key)
    {
        var hash = Seed ^ ((ulong)key.Length * Odd);
        ref var at = ref MemoryMarshal.GetReference(key);
        var left = key.Length;
        while (left > 16)
        {
            hash = Fold(Unsafe.ReadUnaligned<ulong>(ref at) ^ Second, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref at, 8)) ^ hash);
            at = ref Unsafe.Add(ref at, 16);
            left -= 16;
        }

        ulong low, high;
        if (left >= 8)
        {
            low = Unsafe.ReadUnaligned<ulong>(ref at);
            high = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref at, left - 8));
        }
        else if (left >= 4)
        {
            low = Unsafe.ReadUnaligned<uint>(ref at);
            high = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref at, left - 4));
        }
        else
        {
            low = left == 0 ? 0 : (ulong)at << 16 | (ulong)Unsafe.Add(ref at, left >> 1) << 8 | Unsafe.Add(ref at, left - 1);
            high = 0;
        }

        return Fold(Fold(low ^ Second, high ^ hash) ^ Odd, Seed ^ (ulong)key.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }
}
