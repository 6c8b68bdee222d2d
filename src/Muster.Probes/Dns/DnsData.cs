using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace Muster.Probes;

/// <summary>What a record says, in the words that zone files use: <c>10 mail.shop.test</c>, <c>0 issue "ca.test"</c>.</summary>
static class DnsData
{
    /// <summary>Null if it cannot be read.</summary>
    public static string? Read(ReadOnlySpan<byte> message, int at, int length, DnsType type)
    {
        var data = message.Slice(at, length);
        switch (type)
        {
            case DnsType.A: return length == 4 ? new IPAddress(data).ToString() : null;
            case DnsType.AAAA: return length == 16 ? new IPAddress(data).ToString() : null;
            case DnsType.NS or DnsType.CNAME: return Name(message, at, at + length);
            case DnsType.MX:
                return length > 2 && Name(message, at + 2, at + length) is { } server
                    ? string.Create(CultureInfo.InvariantCulture, $"{BinaryPrimitives.ReadUInt16BigEndian(data)} {server}") : null;
            case DnsType.TXT: return Strings(data);
            case DnsType.CAA:
                return length >= 2 && data[1] is > 0 and var tag && 2 + tag <= length
                    ? string.Create(CultureInfo.InvariantCulture, $"{data[0]} {Text(data.Slice(2, tag))} \"{Text(data[(2 + tag)..])}\"") : null;
            default: return null;
        }
    }

    static string? Name(ReadOnlySpan<byte> message, int at, int end)
    {
        var name = DnsName.Read(message, ref at);
        return at == end ? name : null;
    }

    /// <summary>The strings of a TXT record belong together (RFC 7208, 3.3).</summary>
    static string? Strings(ReadOnlySpan<byte> data)
    {
        var text = new StringBuilder();
        while (!data.IsEmpty)
        {
            var length = data[0];
            if (1 + length > data.Length) return null;
            text.Append(Text(data.Slice(1, length)));
            data = data[(1 + length)..];
        }

        return text.ToString();
    }

    static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
