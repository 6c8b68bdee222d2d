using System.Globalization;
using System.Text;

namespace Muster.Readiness;

/// <summary>Columns that text takes on a terminal: none for combining marks, two for East Asian wide characters and emoji.</summary>
static class DisplayWidth
{
    public static int Of(string text)
    {
        var columns = 0;
        foreach (var rune in text.EnumerateRunes()) columns += Of(rune);
        return columns;
    }

    public static int Of(Rune rune)
    {
        if (rune.Value < 0x300) return 1;
        if (rune.Value is 0x200D or (>= 0xFE00 and <= 0xFE0F)) return 0;
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark) return 0;
        return rune.Value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF)
            or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD) ? 2 : 1;
    }

    /// <summary>Filled up with spaces on the right.</summary>
    public static string Pad(string text, int columns) => text + new string(' ', Math.Max(0, columns - Of(text)));

    /// <summary>The longest start of the text, in UTF-16 units and at least one rune, that fits.</summary>
    public static int Fitting(string text, int columns)
    {
        int taken = 0, at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            taken += Of(rune);
            if (taken > columns && at > 0) return at;
            at += rune.Utf16SequenceLength;
        }

        return at;
    }
}
