using System.Globalization;

namespace Muster.Telemetry.Tests.Differential;

/// <summary>
/// Queries over <see cref="RandomSeries"/> that are well-typed, and as odd as chance makes them. Left out is what is known to differ from the old
/// release that Debian has, and is held by the public scripts instead: atan2 (which kept the metric's name), parts of a date of what is no number
/// (whatever the processor makes of it), and a prediction pinned by <c>@</c> over a range (whose window moved on with the steps), a subquery in a subquery (whose grids meet at the edges). What makes much of the last bit of its argument
/// is only asked of what is stored, as that bit depends on the order of additions.
/// </summary>
sealed class RandomQuery(Random random)
{
    static readonly string[] OfVector = ["abs", "exp", "sqrt", "ln", "log2", "log10", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "deg", "rad", "timestamp", "absent"];
    static readonly string[] OfStored = ["ceil", "floor", "sgn", "sin", "cos", "tan", "round"];
    static readonly string[] OfDate = ["day_of_week", "hour", "minute", "month", "day_of_year", "day_of_month", "days_in_month", "year"];
    static readonly string[] OfGauge = ["avg_over_time", "min_over_time", "max_over_time", "sum_over_time", "count_over_time", "stddev_over_time", "stdvar_over_time", "last_over_time", "present_over_time", "changes", "delta", "idelta", "deriv", "absent_over_time", "resets"];
    static readonly string[] OfCounter = ["rate", "increase", "irate", "resets", "changes"];
    static readonly string[] Aggregators = ["sum", "avg", "min", "max", "count", "group", "stddev", "stdvar"];
    static readonly string[] Arithmetic = ["+", "-", "*", "/", "^"];
    static readonly string[] Comparisons = ["==", "!=", ">", "<", ">=", "<="];

    bool _isInside;

    public string Next() => Vector(3);

    string Inside(int depth)
    {
        _isInside = true;
        var inner = Vector(depth);
        _isInside = false;
        return inner;
    }

    T Any<T>(params T[] of) => of[random.Next(of.Length)];

    string Duration() => Any("1m", "2m", "90s", "5m", "10m", "17m", "30m");

    string Number() => random.Next(6) switch
    {
        0 => "0",
        1 => "-1",
        2 => random.Next(1, 1000).ToString(CultureInfo.InvariantCulture),
        3 => (random.NextDouble() * 10).ToString("F3", CultureInfo.InvariantCulture),
        4 => "1e3",
        _ => "time() / 1e9",
    };

    string Modifiers() => random.Next(8) switch
    {
        0 => $" offset {Duration()}",
        1 => $" offset -{Duration()}",
        2 => string.Create(CultureInfo.InvariantCulture, $" @ {(RandomSeries.Start / 1000) + 3600 + random.Next(3600)}.013"),
        3 => Any(" @ start()", " @ end()"),
        _ => "",
    };

    string Conditions() => random.Next(7) switch
    {
        0 => "{job=\"api\"}",
        1 => "{job!=\"db\"}",
        2 => "{job=~\"a.*|web\"}",
        3 => "{instance!~\".*-0:.*\"}",
        4 => "{instance=~\".*-[12]:9100\",job=~\".+\"}",
        5 => "{absent=\"\"}",
        _ => "",
    };

    string Selector() => Any("memory_bytes", "temperature", "requests_total", "limit", "node_info", "latency_count", "latency_sum") + Conditions();

    string Unpinned() => $"{Selector()}[{Duration()}]{Any("", " offset 3m")}";

    string Ranged(bool counter) => counter ? $"{Any("requests_total", "latency_count", "latency_bucket")}{Conditions()}[{Duration()}]{Modifiers()}" : $"{Selector()}[{Duration()}]{Modifiers()}";

    string Grouping() => random.Next(4) switch
    {
        0 => " by (job)",
        1 => " by (instance, code)",
        2 => " without (instance)",
        _ => "",
    };

    string Vector(int depth) => depth == 0 ? Leaf() : random.Next(16) switch
    {
        0 or 1 => Leaf(),
        2 or 3 => $"{Any(OfCounter)}({Ranged(counter: true)})",
        4 or 5 => $"{Any(OfGauge)}({Ranged(counter: false)})",
        6 => random.Next(6) == 0 ? $"{Any(OfDate)}({Any("requests_total", "memory_bytes", "limit")} * {Any("1", "1000")})" : $"{Any(OfVector)}({Vector(depth - 1)})",
        7 => random.Next(5) switch
        {
            0 => $"clamp({Vector(depth - 1)}, {Number()}, {Number()})",
            1 => $"{Any(OfStored)}({Leaf()}) {Any("+", "-")} (limit % {Any("7", "0", "-3.5")})",
            2 => $"clamp_min({Vector(depth - 1)}, {Number()})",
            3 => $"quantile_over_time({Any("0", "0.5", "0.9", "1", "1.5")}, {Ranged(counter: false)})",
            _ => $"predict_linear({Unpinned()}, {Number()})",
        },
        8 or 9 => $"{Any(Aggregators)}{Grouping()} ({Vector(depth - 1)})",
        10 => random.Next(3) switch
        {
            0 => $"quantile{Grouping()} ({Any("0.1", "0.5", "0.99")}, {Vector(depth - 1)})",
            1 => $"count({Any("topk", "bottomk")}({Any("1", "2", "100")}, {Vector(depth - 1)}))",
            _ => $"count_values(\"value\", {Any("ceil", "floor", "sgn")}({Leaf()} / 1000))",
        },
        11 => $"{Vector(depth - 1)} {Any(Arithmetic)} {Number()}",
        12 => $"{Number()} {Any(Comparisons)} {Any("", "bool ")}{Vector(depth - 1)}",
        13 => random.Next(4) switch
        {
            0 => $"memory_bytes{Modifiers()} {Any(Arithmetic)} on(job) group_left() limit",
            1 => $"sum by (job, instance) (requests_total) {Any(Arithmetic)} on(instance) group_left(version) node_info",
            2 => $"{Vector(depth - 1)} {Any(Arithmetic)} {Any("on(instance)", "ignoring(code)", "")} {Vector(depth - 1)}",
            _ => $"avg by (job) ({Vector(depth - 1)}) {Any(Comparisons)} {Any("", "bool ")}avg by (job) ({Vector(depth - 1)})",
        },
        14 => $"{Vector(depth - 1)} {Any("and", "or", "unless")} {Any("on(instance) ", "on(job) ", "ignoring(code) ", "")}{Vector(depth - 1)}",
        _ => random.Next(5) switch
        {
            0 => $"histogram_quantile({Any("0.5", "0.9", "0.99", "-1", "2")}, sum by (job, le) (rate(latency_bucket[{Duration()}])))",
            1 when !_isInside => $"{Any("max_over_time", "avg_over_time", "sum_over_time", "count_over_time", "last_over_time")}({Inside(depth - 1)}[{Duration()}:{Any("30s", "1m", "97s")}])",
            2 => $"label_replace({Vector(depth - 1)}, \"short\", \"$1\", \"instance\", \"(.*)-.*\")",
            3 => $"vector(scalar({Vector(depth - 1)}))",
            _ => $"-({Vector(depth - 1)})",
        },
    };

    string Leaf() => random.Next(10) == 0 ? $"vector({Number()})" : Selector() + Modifiers();
}
