using System.Text.RegularExpressions;

namespace Muster.Telemetry.Series;

public enum MatchKind { Equal, NotEqual, Regex, NotRegex }

/// <summary>
/// One condition on a label. An absent label has the empty value. Expressions are anchored at both ends and a dot matches every character, as
/// <see href="https://prometheus.io/docs/prometheus/latest/querying/basics/"/> has it. They run without backtracking, so that none can hang.
/// </summary>
public sealed class Matcher
{
    /// <summary>Longest expression that is taken.</summary>
    public const int LongestPattern = 32 * 1024;

    readonly Regex? _regex;

    /// <exception cref="ArgumentException">The expression cannot be read.</exception>
    public Matcher(string name, MatchKind kind, string value)
    {
        (Name, Kind, Value) = (name, kind, value);
        if (kind is MatchKind.Equal or MatchKind.NotEqual) return;
        if (value.Length > LongestPattern) throw new ArgumentException($"the expression is longer than {LongestPattern} characters", nameof(value));
        try { _regex = new Regex($"^(?s:{Re2Syntax.ToDotNet(value)})\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant); }
        catch (Exception bad) when (bad is NotSupportedException or ArgumentException) { throw new ArgumentException($"error parsing regexp: {bad.Message}", nameof(value), bad); }
    }

    public string Name { get; }

    public MatchKind Kind { get; }

    public string Value { get; }

    public bool Matches(string value) => Kind switch
    {
        MatchKind.Equal => string.Equals(value, Value, StringComparison.Ordinal),
        MatchKind.NotEqual => !string.Equals(value, Value, StringComparison.Ordinal),
        MatchKind.Regex => _regex!.IsMatch(value),
        _ => !_regex!.IsMatch(value),
    };

    public override string ToString() => $"{Name}{Kind switch { MatchKind.Equal => "=", MatchKind.NotEqual => "!=", MatchKind.Regex => "=~", _ => "!~" }}\"{Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
