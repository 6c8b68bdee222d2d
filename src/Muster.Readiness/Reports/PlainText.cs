using System.Text;

namespace Muster.Readiness;

/// <summary>
/// Text from documents, people and observed systems, made safe to show: on one line, without control characters (a terminal would obey them)
/// and without those that reorder what is read (an auditor would see other text than was judged). Each such character is shown as U+FFFD.
/// </summary>
public static class PlainText
{
    public static string Of(string text)
    {
        var clean = new StringBuilder(text.Length);
        var space = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune))
            {
                space = clean.Length > 0;
                continue;
            }

            if (space) clean.Append(' ');
            space = false;
            clean.Append(IsHostile(rune) ? Rune.ReplacementChar.ToString() : rune.ToString());
        }

        return clean.ToString();
    }

    static bool IsHostile(Rune rune) => Rune.IsControl(rune)
        || rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0x200B or 0x200E or 0x200F or 0x061C or 0x2060 or 0xFEFF or (>= 0xE0000 and <= 0xE007F);
}
