using System.Globalization;

namespace Muster.Readiness;

/// <summary>Numbers of things: <c>1 condition</c>, <c>3 conditions</c>.</summary>
static class CountWords
{
    public static string Of(long count, string one, string? many = null) => Number(count) + " " + (count == 1 ? one : many ?? one + "s");

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
