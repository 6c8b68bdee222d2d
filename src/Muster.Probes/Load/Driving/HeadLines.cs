using System.Text;

namespace Muster.Probes.Load;

/// <summary>Header lines as they came over the wire.</summary>
static class HeadLines
{
    /// <summary>The first value of the name, in any case; null if there is none.</summary>
    public static string? Find(ReadOnlySpan<byte> head, string name)
    {
        while (!head.IsEmpty)
        {
            var end = head.IndexOf("\r\n"u8);
            var line = end < 0 ? head : head[..end];
            head = end < 0 ? default : head[(end + 2)..];
            var colon = line.IndexOf((byte)':');
            if (colon == name.Length && Ascii.EqualsIgnoreCase(line[..colon], name)) return Encoding.Latin1.GetString(line[(colon + 1)..].Trim(" \t"u8));
        }

        return null;
    }
}
