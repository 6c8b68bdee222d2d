using System.Text;

namespace Muster.Probes.Load;

/// <summary>The header lines of an answer, read where they lie.</summary>
static class AnswerHead
{
    /// <summary>The value of the first header of this name, in any case; null if there is none.</summary>
    public static string? Find(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name) =>
        Next(ref head, name, out var value) ? Encoding.UTF8.GetString(value) : null;

    /// <summary>Goes on to the next header of this name; what is left of the head stands in the same span.</summary>
    public static bool Next(ref ReadOnlySpan<byte> head, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        while (!head.IsEmpty)
        {
            var end = head.IndexOf((byte)'\n');
            var line = (end < 0 ? head : head[..end]).TrimEnd((byte)'\r');
            head = end < 0 ? default : head[(end + 1)..];
            if (line.Length <= name.Length || line[name.Length] != (byte)':' || !Ascii.EqualsIgnoreCase(line[..name.Length], name)) continue;
            value = line[(name.Length + 1)..].Trim(" \t"u8);
            return true;
        }

        value = default;
        return false;
    }
}
