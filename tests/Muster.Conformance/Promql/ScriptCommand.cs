using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Series;

namespace Muster.Conformance.Promql;

/// <summary>A step of a script for a PromQL engine (<see href="https://github.com/prometheus/prometheus/blob/main/promql/promqltest/README.md"/>).</summary>
/// <param name="Line">Where it begins in the script, from 1.</param>
abstract record ScriptCommand(int Line);

/// <summary>Forgets all samples.</summary>
sealed record ClearCommand(int Line) : ScriptCommand(Line);

/// <summary>Samples from time 0 on, one each step, in milliseconds.</summary>
/// <param name="WithNative">Each classic histogram comes a second time, as a native one with the same bounds.</param>
sealed record LoadCommand(int Line, long Step, bool WithNative, ImmutableArray<ScriptSeries> Series) : ScriptCommand(Line);

/// <summary>A query and what it must come to. Times in milliseconds; an instant one has start = end and step = 0.</summary>
sealed record EvalCommand(int Line, string Query, long Start, long End, long Step, Expectation Expected) : ScriptCommand(Line)
{
    public bool IsRange => Step > 0;
}

/// <param name="IsStart">The values are when counters began, relative to their samples.</param>
sealed record ScriptSeries(int Line, Labels Labels, ImmutableArray<SequenceValue> Values, bool IsStart);

/// <summary>One value of a series; neither of both: there is no sample.</summary>
/// <param name="SaysHint">The histogram names its hint, and so must the answer.</param>
readonly record struct SequenceValue(double? Number, NativeHistogram? Histogram, bool SaysHint)
{
    public static SequenceValue Omitted => default;

    public bool IsOmitted => Number is null && Histogram is null;

    public static SequenceValue Of(double number) => new(number, null, false);

    public override string ToString() => Histogram?.ToString() ?? Number?.ToString("R", System.Globalization.CultureInfo.InvariantCulture) ?? "_";
}

/// <summary>What an eval says of its answer.</summary>
sealed record Expectation
{
    public ImmutableArray<ScriptSeries> Series { get; init; } = [];

    public double? Scalar { get; init; }

    public string? Text { get; init; }

    /// <summary>The samples of a range selector: start, end and step of the values that follow.</summary>
    public (long Start, long End, long Step)? RangeVector { get; init; }

    public bool IsOrdered { get; init; }

    public ImmutableArray<ExpectedNote> Notes { get; init; } = [];

    public bool Fails => Notes.Any(note => note.Kind == NoteKind.Fail);
}

enum NoteKind { Fail, Warn, NoWarn, Info, NoInfo }

/// <summary>That there is a failure or a note, and which one if it says so.</summary>
sealed record ExpectedNote(NoteKind Kind, string? Message = null, Regex? Pattern = null)
{
    public bool Matches(string message) => Pattern?.IsMatch(message) ?? (Message is null || Message == message);

    public override string ToString() => $"{Kind} {Message ?? Pattern?.ToString()}".TrimEnd();
}
