using System.Text.RegularExpressions;

namespace Muster.Probes;

/// <summary>What a value says of itself: how random it is, and whether it only stands in the place of a secret.</summary>
static partial class SecretValues
{
    public static double Entropy(ReadOnlySpan<char> text)
    {
        Span<int> seen = stackalloc int[256];
        foreach (var character in text) seen[character & 0xff]++;
        var entropy = 0.0;
        foreach (var count in seen)
            if (count > 0) entropy -= (double)count / text.Length * Math.Log2((double)count / text.Length);
        return entropy;
    }

    /// <summary>How many kinds of characters it has: small letters, capitals, digits, others.</summary>
    public static int Classes(ReadOnlySpan<char> text)
    {
        bool small = false, capital = false, digit = false, other = false;
        foreach (var character in text)
        {
            small |= char.IsAsciiLetterLower(character);
            capital |= char.IsAsciiLetterUpper(character);
            digit |= char.IsAsciiDigit(character);
            other |= !char.IsAsciiLetterOrDigit(character);
        }

        return (small ? 1 : 0) + (capital ? 1 : 0) + (digit ? 1 : 0) + (other ? 1 : 0);
    }

    /// <summary>A reference, a template's hole, a word that says "put one here", or something that a store has sealed.</summary>
    public static bool StandsIn(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty) return true;
        if (value.Contains("${", StringComparison.Ordinal) || value.Contains("$(", StringComparison.Ordinal) || value.Contains("{{", StringComparison.Ordinal) || value.Contains("<%", StringComparison.Ordinal)) return true;
        return value.IndexOfAnyExcept(value[0]) < 0 || Words().IsMatch(value);
    }

    /// <summary>Without quotes, also what is code or a place rather than a value.</summary>
    public static bool IsCode(ReadOnlySpan<char> value) => Code().IsMatch(value);

    [GeneratedRegex(@"^(<.*>|\[.*\]|%[A-Za-z_]+%|@.*@|\$[A-Za-z_]\w*|ENC\[.*|(?i:vault:.*|op://.*|ref\+.*|secretref:.*|file:.*|arn:.*|env[:.].*|(change|replace|fill)[-_ ]?(me|this|it|in).*|your[-_ ].*|my[-_](password|secret|token)|.*(example|placeholder|redacted|dummy|not[-_]a[-_]?secret).*|\*+.*|x{3,}.*|todo|none|null|nil|undefined|true|false|string|password|secret|token|required|optional|empty))\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Words();

    [GeneratedRegex(@"^(/.*|\./.*|[A-Za-z_]\w*(\.[A-Za-z_]\w*)+|.*[()].*|[A-Za-z_][\w.]*\[.*|\||>|\|-|>-|&.*|!.*|\{.*|\[.*)\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Code();
}
