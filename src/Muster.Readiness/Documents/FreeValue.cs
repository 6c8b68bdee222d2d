using System.Globalization;

namespace Muster.Readiness;

/// <summary>
/// A node where no schema says the type. Quoted is text. Plain is a truth, null or a number only if it is written exactly as JSON writes it,
/// so that <c>012</c>, <c>12:30</c>, <c>off</c> and <c>1.20</c> stay the texts that they are.
/// </summary>
static class FreeValue
{
    public static Value Of(YamlNode node) => node switch
    {
        YamlNode.Scalar scalar => Of(scalar, exact: true),
        YamlNode.List list => Value.List(list.Items.Select(Of)),
        YamlNode.Map map => new Value.Fields(map.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, Of(entry.Value)))),
        _ => Value.Null,
    };

    /// <summary>With every scalar as text.</summary>
    public static Value Texts(YamlNode node) => node switch
    {
        YamlNode.Scalar scalar => scalar.Text,
        YamlNode.List list => Value.List(list.Items.Select(Texts)),
        YamlNode.Map map => new Value.Fields(map.Entries.Select(entry => KeyValuePair.Create(entry.Key.Text, Texts(entry.Value)))),
        _ => Value.Null,
    };

    /// <param name="exact">Whether a number must also be written as JSON would write it back: <c>1.0</c> is then a text.</param>
    public static Value Of(YamlNode.Scalar scalar, bool exact)
    {
        if (!scalar.Plain) return scalar.Text;
        if (scalar.Text is "true" or "false") return scalar.Text == "true";
        if (scalar.Text is "null" or "") return Value.Null;
        return TryNumber(scalar.Text, out var number) && (!exact || CanonicalJson.Number(number) == scalar.Text) ? number : scalar.Text;
    }

    /// <summary>A number by JSON's grammar; integers that a double cannot hold stay text.</summary>
    static bool TryNumber(string text, out double number)
    {
        number = 0;
        var digits = text.AsSpan().TrimStart('-');
        if (digits.IsEmpty || !char.IsAsciiDigit(digits[0]) || text.Length - digits.Length > 1 || digits.Length > 40) return false;
        if (digits[0] == '0' && digits.Length > 1 && digits[1] is not ('.' or 'e' or 'E') || digits[^1] == '.' || digits.Contains("._", StringComparison.Ordinal)) return false;
        return double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number)
            && double.IsFinite(number) && (digits.IndexOfAny("eE.") >= 0 || long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) && whole <= 1L << 53);
    }
}
