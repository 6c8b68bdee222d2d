using System.Globalization;

namespace Muster.Telemetry.Tests.Promql.Parsing;

/// <summary>Queries of every form the language has, well-typed, in odd spelling.</summary>
/// <param name="modern">With what came after Prometheus 2.42 and what is experimental.</param>
sealed class WrittenQuery(Random random, bool modern)
{
    static readonly string[] OfVector = ["abs", "ceil", "timestamp", "sort_desc", "histogram_count", "absent", "hour"];
    static readonly string[] OfRange = ["rate", "sum_over_time", "resets", "absent_over_time", "last_over_time"];
    static readonly string[] Aggregators = ["sum", "AVG", "min", "max", "count", "group", "stdDev", "stdvar"];
    static readonly string[] Sets = ["and", "OR", "unless"];
    static readonly string[] Arithmetic = ["+", "-", "*", "/", "%", "^", "atan2", "==", "!=", ">", "<", ">=", "<=", "== bool", "> BOOL"];

    public string Next() => random.Next(8) == 0 ? Scalar(3) : Vector(4);

    string Vector(int depth)
    {
        if (depth <= 0) return Selector() + Shift();
        return random.Next(14) switch
        {
            0 => $"({Vector(depth - 1)})",
            1 => $"{Any("-", "+", "- ", "--")}{Vector(depth - 1)}",
            2 => $"{Any(OfVector)}({Vector(depth - 1)})",
            3 or 4 => $"{Any(OfRange)}({Range(depth - 1)})",
            5 => $"{Any(Aggregators)}{Grouping()} ({Vector(depth - 1)})",
            6 => $"{Any(Aggregators)}( {Vector(depth - 1)} ){Grouping()}",
            7 => $"{Any("topk", "bottomk", "quantile")} {Grouping()}({Scalar(depth - 1)},{Vector(depth - 1)})",
            8 => $"count_values({Text()}, {Vector(depth - 1)})",
            9 => $"{Vector(depth - 1)} {Any(Sets)}{Matching(false)} {Vector(depth - 1)}",
            10 or 11 => $"{Vector(depth - 1)} {Any(Arithmetic)}{Matching(true)} {Vector(depth - 1)}",
            12 => $"{Vector(depth - 1)}{Any(Arithmetic)} {Scalar(depth - 1)}",
            _ => $"label_replace({Vector(depth - 1)}, {Text()}, {Text()}, {Text()}, {Text()})",
        };
    }

    string Scalar(int depth) => depth <= 0 ? Number() : random.Next(6) switch
    {
        0 => $"scalar({Vector(depth - 1)})",
        1 => Any("time()", "pi( )"),
        2 => $"({Scalar(depth - 1)})",
        3 => $"-{Scalar(depth - 1)}",
        4 => $"{Scalar(depth - 1)} {Any("+", "-", "*", "/", "%", "^", "<= bool", "atan2")} {Scalar(depth - 1)}",
        _ => Number(),
    };

    string Range(int depth) => random.Next(3) > 0
        ? $"{Selector()}[{Length()}]{(modern && random.Next(6) == 0 ? " offset (step() - 5m)" : Shift())}"
        : $"({Vector(depth - 1)})[{Length()}:{Any("", Length())}]{Shift()}";

    string Shift() => random.Next(6) switch
    {
        0 => $" offset {Any("", "-")}{Duration()}",
        1 => $" @ {Any("start()", "end()", "123.5", "-7")}",
        2 => $" @ {Any("0", "1e3")} offset {Duration()}",
        3 => $" offset {Duration()} @ 17",
        _ => "",
    };

    string Length() => modern && random.Next(4) == 0 ? Any("300", "1.5", "5m+1m", "step()*2", "max_of(range(), -(3) ^ 2, 5m)".Replace(", 5m", "", StringComparison.Ordinal), "(2m*(10+5))", "2^3") : Duration();

    string Duration() => Any("5m", "1h30m", "90s", "1500ms", "2w", "1y", "24h", "61s");

    string Number()
    {
        if (modern && random.Next(5) == 0) return Any("1_000", "5m", "1h30m");
        return Any("0", "1", "-1", "3.25", "1e3", "0x1F", "017", "Inf", "-inf", "NaN", ".5", "5.", modern ? "1e300" : "1e5", modern ? "2.5e-7" : "2.5e-3", random.NextDouble().ToString("R", CultureInfo.InvariantCulture));
    }

    string Selector()
    {
        var name = Any("foo", "foo", "bar_total", "a:b:c", "sum", "by", "offset", "bool_x", "start", "group_left_x", "inf_x");
        if (modern && random.Next(6) == 0) return Any("{\"foo\"}", "{\"my.metric\",a='b'}", "{a=\"b\", 'größe'}", "foo{\"a.b\"=~`x`}", "{__name__=\"inf\"}");
        return random.Next(5) switch
        {
            0 => "{" + Condition() + "}",
            1 => "{__name__=~\"f.+\"}",
            2 => name + " {" + Condition() + " , " + Condition() + Any("", ",") + "}",
            3 => name + "{}",
            _ => name,
        };
    }

    string Condition() => Any("a", "le", "on", "sum", "by", "_x1") + Any("=", "=", " != ") + Any("\"b\"", "'it is'", "`c\\d`", modern ? "\"\\\"\\n\\t\\u00e4\"" : "\"\\\"\\n\\t\\u0061\"", modern ? "\"ä\"" : "\"a\"");

    string Grouping() => random.Next(3) == 0 ? "" : $" {Any("by", "WITHOUT")} ({Any("", "a", "a, b", "le,on , sum,")})";

    string Matching(bool mayGroup)
    {
        var labels = Any("", "a", "a, b");
        return random.Next(4) switch
        {
            0 => $" on({labels})",
            1 => $" IGNORING ({labels})",
            2 when mayGroup => $" on({labels}) {Any("group_left", "GROUP_RIGHT")}{Any("", "()", "(x)", " (x, y)")}{Fill()}",
            3 when mayGroup => Fill(),
            _ => "",
        };
    }

    string Fill() => modern && random.Next(4) == 0 ? Any(" fill(0)", " fill_left(1.5)", " fill_right (-Inf)", " fill_left(1) fill_right(2)") : "";

    string Text() => Any("\"a\"", "'b'", "`c`", "\"x\\\\y\"");

    T Any<T>(params T[] of) => of[random.Next(of.Length)];
}
