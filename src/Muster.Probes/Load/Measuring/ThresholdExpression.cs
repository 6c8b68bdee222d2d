using System.Globalization;

namespace Muster.Probes.Load;

enum Aggregation { Count, Rate, Value, Average, Least, Greatest, Median, Percentile }

enum Comparison { Less, LessOrEqual, Greater, GreaterOrEqual, Equal, NotEqual }

/// <summary>
/// The grammar of k6: an aggregation, an operator and a number, with spaces around the operator as one likes. Operators are looked for in k6's order, so that what it reads is read the same here.
/// </summary>
/// <param name="Share">Of a percentile, from 0 to 1.</param>
readonly record struct ThresholdExpression(Aggregation Aggregation, double Share, Comparison Comparison, double Limit)
{
    static readonly (string Text, Comparison Is)[] Operators =
    [
        ("<=", Comparison.LessOrEqual), ("<", Comparison.Less), (">=", Comparison.GreaterOrEqual), (">", Comparison.Greater),
        ("===", Comparison.Equal), ("==", Comparison.Equal), ("!=", Comparison.NotEqual),
    ];

    static readonly (string Text, Aggregation Is)[] Plain =
    [
        ("count", Aggregation.Count), ("rate", Aggregation.Rate), ("value", Aggregation.Value), ("avg", Aggregation.Average),
        ("min", Aggregation.Least), ("max", Aggregation.Greatest), ("med", Aggregation.Median),
    ];

    /// <summary>Null and a sentence that says what is wrong.</summary>
    public static ThresholdExpression? Read(string text, out string wrong)
    {
        wrong = "";
        if (text.Length > 200) return Wrong("It is longer than 200 characters.", out wrong);
        foreach (var (sign, comparison) in Operators)
        {
            var at = text.IndexOf(sign, StringComparison.Ordinal);
            if (at < 0) continue;
            var (left, right) = (text[..at].Trim(), text[(at + sign.Length)..].Trim());
            if (Side(left, out wrong) is not var (aggregation, share)) return null;
            return Number(right) is { } limit ? new ThresholdExpression(aggregation, share, comparison, limit)
                : Wrong(right.Length == 0 ? $"There is no number after {sign}." : $"\"{Bounded.Start(right, 40)}\" after {sign} is not a number; times are in milliseconds and have no unit.", out wrong);
        }

        return Wrong("It has none of the operators < <= > >= == === !=.", out wrong);
    }

    public bool Holds(double value) => Comparison switch
    {
        Comparison.Less => value < Limit,
        Comparison.LessOrEqual => value <= Limit,
        Comparison.Greater => value > Limit,
        Comparison.GreaterOrEqual => value >= Limit,
        Comparison.Equal => value == Limit,
        _ => value != Limit,
    };

    public bool IsUpperLimit => Comparison is Comparison.Less or Comparison.LessOrEqual;

    public bool IsLowerLimit => Comparison is Comparison.Greater or Comparison.GreaterOrEqual;

    static (Aggregation, double)? Side(string text, out string wrong)
    {
        wrong = "";
        foreach (var (word, aggregation) in Plain)
            if (text == word) return (aggregation, aggregation == Aggregation.Median ? 0.5 : 0);
        if (text.StartsWith("p(", StringComparison.Ordinal) && text.EndsWith(')'))
        {
            if (Number(text[2..^1]) is { } percent and >= 0 and <= 100) return (Aggregation.Percentile, percent / 100);
            wrong = $"\"{Bounded.Start(text, 40)}\" is no percentile; write p(95), with a number from 0 to 100.";
            return null;
        }

        wrong = text.Length == 0 ? "There is nothing before the operator; write count, rate, value, avg, min, max, med or p(95)." : $"\"{Bounded.Start(text, 40)}\" is none of count, rate, value, avg, min, max, med and p(N).";
        return null;
    }

    static double? Number(string text) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    static ThresholdExpression? Wrong(string says, out string wrong)
    {
        wrong = says;
        return null;
    }
}
