using System.Buffers;

namespace Muster.Readiness;

/// <summary>Text as one word of a POSIX shell, for commands that a reader copies.</summary>
static class ShellWord
{
    static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-:/@%+=,");

    public static string Of(string text)
    {
        var plain = PlainText.Of(text);
        return plain.Length > 0 && !plain.AsSpan().ContainsAnyExcept(Plain) && plain[0] != '-' ? plain : "'" + plain.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
    }
}
