using Muster.Telemetry.Histograms;
using Muster.Telemetry.Series;

namespace Muster.Conformance.Promql;

/// <summary>A value of a series in a script: a float or a histogram.</summary>
readonly record struct ScriptValue(double Value, NativeHistogram? Histogram);

/// <summary>A series with a value, or none, for each step.</summary>
sealed record ScriptSeries(Labels Labels, IReadOnlyList<ScriptValue?> Values);

/// <summary>One command of a script.</summary>
abstract record Command(int Line)
{
    public sealed record Clear(int Line) : Command(Line);

    /// <param name="Step">Milliseconds.</param>
    public sealed record Load(int Line, long Step, IReadOnlyList<ScriptSeries> Series, bool WithCustomBuckets) : Command(Line);

    /// <param name="Step">0: an instant.</param>
    public sealed record Eval(int Line, string Query, long Start, long End, long Step, Expectation Expected) : Command(Line);
}

enum Presence { Any, Some, None }

/// <summary>What a query must come to.</summary>
sealed record Expectation
{
    public bool Fails { get; set; }

    public bool Ordered { get; set; }

    public double? Scalar { get; set; }

    public string? Text { get; set; }

    /// <summary>Of <c>expect range vector</c>: the times of the values, as an instant query of a range gives them.</summary>
    public (long Start, long Step)? RangeVector { get; set; }

    public List<ScriptSeries> Series { get; } = [];

    public Presence Warnings { get; set; }

    public Presence Infos { get; set; }

    /// <summary>Kind (fail, warn, info), whether it is an expression, and the text.</summary>
    public List<(string Kind, bool IsRegex, string Text)> Messages { get; } = [];
}

/// <summary>A script that cannot be read: our reader is at fault, or the script is.</summary>
sealed class ScriptProblem(string message) : Exception(message);
