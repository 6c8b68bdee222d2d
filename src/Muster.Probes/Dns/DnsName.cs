using System.Text;

namespace Muster.Probes;

/// <summary>Names on the wire (RFC 1035, 4.1.4). A pointer must lead backwards, past every earlier one, so that no loop exists.</summary>
static class DnsName
{
    /// <summary>The name at the place, in lower case without its last dot, and the place after it; null if it cannot be read.</summary>
    public static string? Read(ReadOnlySpan<byte> message, ref int at)
    {
        var name = new StringBuilder();
        int place = at, bound = at, after = -1;
        while (true)
        {
            if (place >= message.Length) return null;
            int length = message[place];
            if (length == 0)
            {
                at = after < 0 ? place + 1 : after;
                return name.ToString();
            }

            if (length >= 0xc0)
            {
                if (place + 1 >= message.Length) return null;
                var to = (length & 0x3f) << 8 | message[place + 1];
                if (after < 0) after = place + 2;
                if (to >= bound) return null;
                place = bound = to;
                continue;
            }

            if (length > 63 || place + 1 + length > message.Length || name.Length + length > 255) return null;
            if (name.Length > 0) name.Append('.');
            foreach (var octet in message.Slice(place + 1, length)) Append(name, octet);
            place += 1 + length;
        }
    }

    static void Append(StringBuilder to, byte octet)
    {
        if (octet is > 0x20 and < 0x7f and not ((byte)'.' or (byte)'\\')) to.Append(char.ToLowerInvariant((char)octet));
        else to.Append('\\').Append(octet.ToString("d3", System.Globalization.CultureInfo.InvariantCulture));
    }
}
