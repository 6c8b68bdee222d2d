using System.Collections.Immutable;
using System.Globalization;

namespace Muster.Readiness.Tests;

/// <summary>The contrast ratio of WCAG 2.2 between two colours written <c>#rrggbb</c>.</summary>
static class Contrast
{
    public static double Of(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    static double Luminance(string colour) => 0.2126 * Channel(colour, 1) + 0.7152 * Channel(colour, 3) + 0.0722 * Channel(colour, 5);

    static double Channel(string colour, int at)
    {
        var part = int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
        return part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4);
    }
}

static class Sorted
{
    public static ImmutableSortedDictionary<string, Value> ToImmutableSorted(this Dictionary<string, Value> values) => values.ToImmutableSortedDictionary(StringComparer.Ordinal);
}
