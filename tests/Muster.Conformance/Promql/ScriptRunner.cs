using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Muster.Telemetry.Promql;

namespace Muster.Conformance.Promql;

/// <summary>
/// Runs a script. An instant eval runs again, and must come to the same: with its selectors pinned to its time, at other times; and as a range around
/// its time, so that steps do not disturb each other (not where order is expected, which a range has not, nor where the query asks for the range itself).
/// </summary>
static partial class ScriptRunner
{
    const long Around = 60_000;

    public static ImmutableArray<ScriptOutcome> Run(ImmutableArray<ScriptCommand> commands, ScriptEngine engine)
    {
        var source = new ScriptSource();
        var outcomes = ImmutableArray.CreateBuilder<ScriptOutcome>();
        foreach (var command in commands)
        {
            if (command is ClearCommand) source.Clear();
            else if (command is LoadCommand load) source.Load(load);
            else if (command is EvalCommand eval) outcomes.Add(new(eval.Line, eval.Query, Problem(eval, source, engine)));
        }

        return outcomes.DrainToImmutable();
    }

    static string? Problem(EvalCommand eval, ScriptSource source, ScriptEngine engine)
    {
        try
        {
            var result = eval.IsRange ? engine.Range(source, eval.Query, eval.Start, eval.End, eval.Step) : engine.Instant(source, eval.Query, eval.Start);
            if (eval.Expected.Fails) return "expected it to fail";
            return ScriptComparison.NotesDifference(eval.Expected, result.Warnings, result.Infos)
                ?? ScriptComparison.Difference(eval, result.Value)
                ?? (eval.IsRange || result.Value is not (VectorValue or ScalarValue) ? null : Elsewhere(eval, source, engine) ?? AsRange(eval, result.Value is ScalarValue, source, engine));
        }
        catch (QueryProblem problem)
        {
            if (!eval.Expected.Fails) return "failed: " + problem.Message;
            return eval.Expected.Notes.Where(note => note.Kind == NoteKind.Fail).All(note => note.Matches(problem.Message)) ? null : $"expected {eval.Expected.Notes[0]}, failed: {problem.Message}";
        }
        catch (Exception bug) when (bug is not OutOfMemoryException)
        {
            return $"broke: {bug.GetType().Name}: {bug.Message} {bug.StackTrace?.Split('\n').FirstOrDefault()?.Trim()}";
        }
    }

    static string? Elsewhere(EvalCommand eval, ScriptSource source, ScriptEngine engine)
    {
        if (PinnedQuery.Of(eval.Query, eval.Start) is not { } pinned) return null;
        foreach (var time in PinnedQuery.Elsewhere(eval.Start))
        {
            if (ScriptComparison.Difference(eval with { Start = time, End = time }, engine.Instant(source, pinned, time).Value) is { } difference) return $"as {pinned} at {time}: {difference}";
        }

        return null;
    }

    static string? AsRange(EvalCommand eval, bool isScalar, ScriptSource source, ScriptEngine engine)
    {
        if (eval.Expected.IsOrdered || OfTheRange().IsMatch(eval.Query)) return null;
        if (engine.Range(source, eval.Query, eval.Start - Around, eval.Start + Around, Around).Value is not MatrixValue matrix) return "as a range it is no matrix";
        var samples = ImmutableArray.CreateBuilder<VectorSample>();
        foreach (var series in matrix.Series)
        {
            var at = Array.IndexOf(series.Times, eval.Start);
            if (at >= 0) samples.Add(new(series.Labels, eval.Start, series.Values[at], series.Histograms?[at]));
        }

        QueryValue value = isScalar && samples.Count == 1 ? new ScalarValue(eval.Start, samples[0].Value) : new VectorValue(samples.DrainToImmutable());
        return ScriptComparison.Difference(eval, value) is { } difference ? "as a range: " + difference : null;
    }

    [GeneratedRegex(@"\b(start|end|step|range)\(\)")]
    private static partial Regex OfTheRange();
}
