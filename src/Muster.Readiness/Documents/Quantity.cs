using System.Globalization;

namespace Muster.Readiness;

/// <summary>
/// Numbers with units, as a document writes them and as people read them. Base units: seconds, bytes, ratio, per second.
/// Durations <c>ms s m h d w</c>; sizes <c>B kB MB GB TB KiB MiB GiB TiB</c> (<c>Gi</c> is read as GiB); percentages <c>%</c>; rates <c>/s /m /h /d</c>.
/// </summary>
public static class Quantity
{
    readonly record struct Unit(string Name, Shape Shape, decimal Factor);

    static readonly Unit[] Units =
    [
        new("ms", Shape.Duration, 0.001m), new("s", Shape.Duration, 1), new("m", Shape.Duration, 60), new("h", Shape.Duration, 3600),
        new("d", Shape.Duration, 86400), new("w", Shape.Duration, 604800),
        new("B", Shape.Size, 1), new("kB", Shape.Size, 1e3m), new("MB", Shape.Size, 1e6m), new("GB", Shape.Size, 1e9m), new("TB", Shape.Size, 1e12m),
        new("KiB", Shape.Size, 1024), new("MiB", Shape.Size, 1048576), new("GiB", Shape.Size, 1073741824), new("TiB", Shape.Size, 1099511627776),
        new("Ki", Shape.Size, 1024), new("Mi", Shape.Size, 1048576), new("Gi", Shape.Size, 1073741824), new("Ti", Shape.Size, 1099511627776),
        new("%", Shape.Percentage, 0.01m),
        new("/s", Shape.Rate, 1), new("/m", Shape.Rate, 1m / 60), new("/h", Shape.Rate, 1m / 3600), new("/d", Shape.Rate, 1m / 86400),
    ];

    static readonly (string Name, double Size)[] Durations = [("d", 86400), ("h", 3600), ("m", 60), ("s", 1), (" ms", 0.001)];
    static readonly (string Name, double Size)[] Binary = [("TiB", 1099511627776), ("GiB", 1073741824), ("MiB", 1048576), ("KiB", 1024)];
    static readonly (string Name, double Size)[] Decimal = [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)];

    /// <summary>True for the shapes that can be compared by a phrase such as <c>at least 33%</c>.</summary>
    public static bool Measures(Shape shape) => shape is Shape.Number or Shape.Duration or Shape.Size or Shape.Percentage or Shape.Rate;

    /// <summary>The units that a shape is written in, for a message; empty for plain numbers.</summary>
    public static string UnitsOf(Shape shape) => shape switch
    {
        Shape.Duration => "ms, s, m, h, d, w",
        Shape.Size => "B, kB, MB, GB, TB, KiB, MiB, GiB, TiB",
        Shape.Percentage => "%",
        Shape.Rate => "/s, /m, /h, /d",
        _ => "",
    };

    /// <summary>
    /// Reads <c>26h</c>, <c>33%</c>, <c>2 GiB</c>, <c>200ms</c>, <c>10/s</c> or a plain number. A quantity without its unit is refused, except zero, which is the
    /// same in every unit. Under <see cref="Shape.Any"/> the text's own unit decides, and <paramref name="found"/> says which shape that is.
    /// </summary>
    public static bool TryRead(string text, Shape shape, out double baseUnits, out Shape found)
    {
        baseUnits = 0;
        found = shape;
        if (shape is not Shape.Any && !Measures(shape) || text.Length > 64) return false;
        var digits = text.AsSpan().TrimEnd(' ');
        var end = NumberLength(digits);
        if (end == 0) return false;
        var unit = digits[end..].TrimStart(' ');
        if (!TryNumber(digits[..end], out var exact, out var number)) return false;
        if (unit.IsEmpty)
        {
            if (shape == Shape.Any) found = Shape.Number;
            if (found != Shape.Number && number != 0) return false;
            baseUnits = number;
            return true;
        }

        foreach (var known in Units)
        {
            if (!unit.SequenceEqual(known.Name) || (shape != known.Shape && shape != Shape.Any)) continue;
            found = known.Shape;
            baseUnits = exact is { } small && Math.Abs(small) < 1e12m ? (double)(small * known.Factor) : number * (double)known.Factor;
            return double.IsFinite(baseUnits);
        }

        return false;
    }

    /// <summary>A number in base units as people read it: <c>26h</c>, <c>33%</c>, <c>2 GiB</c>, <c>200 ms</c>. At most six significant digits; anything else as it is.</summary>
    public static string Show(Value value, Shape shape) => value switch
    {
        Value.Text text => text.Is,
        Value.Number number when !double.IsFinite(number.Is) => "not a number",
        Value.Number number => shape switch
        {
            Shape.Duration => Duration(number.Is),
            Shape.Size => Size(number.Is),
            Shape.Percentage => Six(number.Is * 100) + "%",
            Shape.Rate => Six(number.Is) + "/s",
            _ => value.ToString(),
        },
        _ => value.ToString(),
    };

    public static string Show(TimeSpan duration) => Duration(duration.TotalSeconds);

    static string Duration(double seconds)
    {
        if (seconds == 0) return "0s";
        var size = Math.Abs(seconds);
        // Two days are "2d" and one is "24h", which is how people write them.
        var largest = size >= 172800 ? 0 : size >= 3600 ? 1 : size >= 60 ? 2 : size >= 1 ? 3 : 4;
        for (var i = largest; i < Math.Min(largest + 2, Durations.Length); i++)
            if (IsShort(seconds / Durations[i].Size)) return Six(seconds / Durations[i].Size) + Durations[i].Name;
        return Six(seconds / Durations[largest].Size) + Durations[largest].Name;
    }

    static string Size(double bytes)
    {
        foreach (var (name, size) in Binary.Concat(Decimal))
            if (Math.Abs(bytes) >= size && IsShort(bytes / size)) return Six(bytes / size) + " " + name;
        foreach (var (name, size) in Binary)
            if (Math.Abs(bytes) >= size * 10) return Six(bytes / size) + " " + name;
        return Six(bytes) + " B";
    }

    /// <summary>At most one decimal.</summary>
    static bool IsShort(double number) => Math.Abs(number) < 1e5 && Math.Abs(number * 10 - Math.Round(number * 10)) < 1e-9;

    static string Six(double number) =>
        !double.IsFinite(number) ? "not a number" : Math.Abs(number) is >= 1e15 or < 1e-4 && number != 0 ? CanonicalJson.Number(number)
        : number == Math.Floor(number) && Math.Abs(number) < 1e5 ? ((int)number).ToString(CultureInfo.InvariantCulture)
        : Math.Abs(number) >= 1e5 ? Math.Round(number).ToString(CultureInfo.InvariantCulture)
        : ((decimal)double.Parse(number.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)).ToString("0.##########", CultureInfo.InvariantCulture);

    /// <summary>Sign, digits, one point, digits, perhaps an exponent: no more, so that a unit's letters are never eaten.</summary>
    static int NumberLength(ReadOnlySpan<char> text)
    {
        var at = text.StartsWith("-") || text.StartsWith("+") ? 1 : 0;
        var digits = Digits(text, ref at);
        if (at < text.Length && text[at] == '.')
        {
            at++;
            var fraction = Digits(text, ref at);
            if (fraction == 0) return 0;
        }

        if (digits == 0) return 0;
        if (at < text.Length && text[at] is 'e' or 'E')
        {
            var exponent = at + 1;
            if (exponent < text.Length && text[exponent] is '-' or '+') exponent++;
            if (Digits(text, ref exponent) > 0) at = exponent;
        }

        return at;
    }

    static int Digits(ReadOnlySpan<char> text, ref int at)
    {
        var from = at;
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        return at - from;
    }

    /// <summary>In decimal where it fits, so that 33% is 0.33 and not a neighbour.</summary>
    static bool TryNumber(ReadOnlySpan<char> text, out decimal? exact, out double number)
    {
        exact = decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var small) ? small : null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
    }
}
