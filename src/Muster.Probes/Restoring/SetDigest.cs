using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Muster.Probes;

/// <summary>
/// A digest of a set that does not depend on the order in which its members come: the sum of their SHA-256s, modulo 2^256. Each member must come once.
/// It shows that a restore brought what was there; it is no seal against somebody who makes up members to fit.
/// </summary>
sealed class SetDigest
{
    UInt128 _low, _high;

    public long Count { get; private set; }

    /// <param name="hash">A SHA-256.</param>
    public void Add(ReadOnlySpan<byte> hash)
    {
        var low = BinaryPrimitives.ReadUInt128LittleEndian(hash);
        _low = unchecked(_low + low);
        _high = unchecked(_high + BinaryPrimitives.ReadUInt128LittleEndian(hash[16..]) + (_low < low ? UInt128.One : UInt128.Zero));
        Count++;
    }

    public string Hex
    {
        get
        {
            Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
            BinaryPrimitives.WriteUInt128LittleEndian(bytes, _low);
            BinaryPrimitives.WriteUInt128LittleEndian(bytes[16..], _high);
            return Convert.ToHexStringLower(bytes);
        }
    }
}
