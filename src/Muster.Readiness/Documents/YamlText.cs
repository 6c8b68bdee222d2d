using System.Text;
using System.Text.Unicode;

namespace Muster.Readiness;

/// <summary>Bytes to text, or why not: UTF-8 only, nothing invisible, lines ended by LF.</summary>
static class YamlText
{
    public static string? Decode(string file, ReadOnlySpan<byte> bytes, Problems problems)
    {
        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        if (!Utf8.IsValid(bytes))
        {
            var place = InvalidAt(file, bytes);
            problems.Error(place, "", "The file is not UTF-8.", "Save it as UTF-8.");
            return null;
        }

        var text = Encoding.UTF8.GetString(bytes);
        if (text.Contains('\r', StringComparison.Ordinal)) text = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        problems.AddSource(file, text);
        return Unseen(file, text, problems) ? null : text;
    }

    static Place InvalidAt(string file, ReadOnlySpan<byte> bytes)
    {
        int line = 1, column = 1;
        while (Rune.DecodeFromUtf8(bytes, out var rune, out var length) == System.Buffers.OperationStatus.Done)
        {
            (line, column) = rune.Value == '\n' ? (line + 1, 1) : (line, column + 1);
            bytes = bytes[length..];
        }

        return new(file, line, column);
    }

    /// <summary>A character that a reader of the file does not see could make it say something else than it seems to.</summary>
    static bool Unseen(string file, string text, Problems problems)
    {
        int line = 1, start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\n') { line++; start = i + 1; }
            else if (c != '\t' && IsUnseen(c))
            {
                problems.Error(new(file, line, i - start + 1), "", c == '\0' ? "The file holds a NUL byte." : $"The file holds the unseen character U+{(int)c:X4}.",
                    "Take it out; within double quotes it can be written as an escape.");
                return true;
            }
        }

        return false;
    }

    /// <summary>Control characters, Unicode line ends and direction marks.</summary>
    static bool IsUnseen(char c) => char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    /// <summary>What an escape may put into a scalar: no control character but tab and line end, no half of a surrogate pair.</summary>
    public static bool IsSound(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) && text[i] is not ('\t' or '\n')) return false;
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }

        return true;
    }
}
