using System.Globalization;
using System.Text;

namespace Muster.Telemetry.Promql.Parsing;

/// <summary>Strings and names as they are written in a query.</summary>
static class Quoted
{
    // The others may be names, as what follows them tells.
    static readonly HashSet<string> Taken = new(StringComparer.OrdinalIgnoreCase) { "inf", "nan", "bool", "on", "ignoring", "group_left", "group_right", "atan2" };

    /// <summary>In double quotes, with the escapes of Go.</summary>
    /// <param name="enough">Of a longer text the rest is left out.</param>
    public static string Text(string value, int enough = int.MaxValue)
    {
        if (value.Length > enough) value = value[..enough];
        var text = new StringBuilder(value.Length + 2).Append('"');
        for (var at = 0; at < value.Length; at++)
        {
            var c = value[at];
            switch (c)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\a': text.Append("\\a"); break;
                case '\b': text.Append("\\b"); break;
                case '\f': text.Append("\\f"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case '\v': text.Append("\\v"); break;
                case < ' ' or '\x7f': text.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"); break;
                default:
                    if (char.IsHighSurrogate(c) && at + 1 < value.Length && char.IsLowSurrogate(value[at + 1])) text.Append(c).Append(value[++at]);
                    else if (IsPrinted(c)) text.Append(c);
                    else text.Append(CultureInfo.InvariantCulture, $"\\u{(char.IsSurrogate(c) ? 0xfffd : c):x4}");
                    break;
            }
        }

        return text.Append('"').ToString();
    }

    /// <summary>The name of a label: as it is where it is a word, else in quotes.</summary>
    public static string Label(string name) => IsWord(name, withColons: false) && !IsNumber(name) ? name : Text(name);

    /// <summary>It may stand before the braces of a selector.</summary>
    public static bool IsMetricWord(string name) => IsWord(name, withColons: true) && !IsTaken(name);

    /// <summary>A word of the language that is no name of a metric outside of braces.</summary>
    public static bool IsTaken(string word) => Taken.Contains(word);

    /// <summary>A word that is a number.</summary>
    public static bool IsNumber(string word) => word.Equals("inf", StringComparison.OrdinalIgnoreCase) || word.Equals("nan", StringComparison.OrdinalIgnoreCase);

    static bool IsWord(string name, bool withColons)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0])) return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_' && !(withColons && c == ':')) return false;
        }

        return true;
    }

    static bool IsPrinted(char c) => char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator) && (c == ' ' || char.GetUnicodeCategory(c) != UnicodeCategory.SpaceSeparator);
}
