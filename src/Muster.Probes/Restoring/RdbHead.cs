using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Muster.Probes;

/// <summary>
/// What an RDB file says of itself before its data: by which server it was written, and when. A copy under a new name keeps both.
/// </summary>
sealed record RdbHead(int Format, ImmutableSortedDictionary<string, string> Said)
{
    const int MostFields = 64, MostText = 4096;

    public string? MadeBy => Said.GetValueOrDefault("redis-ver");

    /// <summary>When the server began to write it.</summary>
    public DateTimeOffset? Made => long.TryParse(Said.GetValueOrDefault("ctime"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 250_000_000_000 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    /// <summary>Null where it does not begin as one; what cannot be read of the fields is left out.</summary>
    public static RdbHead? Read(Stream file)
    {
        var start = new byte[9];
        if (file.ReadAtLeast(start, 9, throwOnEndOfStream: false) < 9 || !start.AsSpan().StartsWith("REDIS"u8) || !int.TryParse(Encoding.ASCII.GetString(start, 5, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var format)) return null;
        var said = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        while (said.Count < MostFields && file.ReadByte() == 0xfa && Text(file) is { } name && Text(file) is { } value) said[name] = value;
        return new(format, said.ToImmutable());
    }

    /// <summary>A text, or a whole number written in one, two or four bytes; null for anything else.</summary>
    static string? Text(Stream file)
    {
        var bytes = new byte[4];
        switch (file.ReadByte())
        {
            case var six and >= 0 and < 0x40: return Text(file, six);
            case var fourteen and >= 0x40 and < 0x80: return file.ReadByte() is >= 0 and var low ? Text(file, (fourteen & 0x3f) << 8 | low) : null;
            case 0x80: return Fill(file, bytes) ? Text(file, BinaryPrimitives.ReadUInt32BigEndian(bytes)) : null;
            case 0xc0: return file.ReadByte() is >= 0 and var one ? Number((sbyte)one) : null;
            case 0xc1: return Fill(file, bytes.AsSpan(0, 2)) ? Number(BinaryPrimitives.ReadInt16LittleEndian(bytes)) : null;
            case 0xc2: return Fill(file, bytes) ? Number(BinaryPrimitives.ReadInt32LittleEndian(bytes)) : null;
            default: return null;
        }
    }

    static string? Text(Stream file, long length)
    {
        if (length > MostText) return null;
        var bytes = new byte[length];
        return Fill(file, bytes) ? Encoding.UTF8.GetString(bytes) : null;
    }

    static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    static bool Fill(Stream file, Span<byte> bytes) => file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length;
}
