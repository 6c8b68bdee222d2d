using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Muster.Telemetry.Promql;
using Muster.Telemetry.Promql.Parsing;
using Muster.Telemetry.Series;

namespace Muster.Conformance.Promql;

/// <summary>
/// Reads a script of Prometheus' own tests. A command ends at an empty line or a comment
/// (<see href="https://github.com/prometheus/prometheus/blob/main/promql/promqltest/README.md"/>).
/// </summary>
static partial class ScriptReader
{
    /// <exception cref="FormatException">This is no script; says the line.</exception>
    public static ImmutableArray<ScriptCommand> Read(string script)
    {
        var lines = script.Split('\n').Select(line => line.Trim()).Select(line => line.StartsWith('#') ? "" : line).ToArray();
        var commands = ImmutableArray.CreateBuilder<ScriptCommand>();
        for (var at = 0; at < lines.Length;)
        {
            if (lines[at].Length == 0)
            {
                at++;
                continue;
            }

            var start = at;
            while (at < lines.Length && lines[at].Length > 0) at++;
            // A clear needs no empty line after it.
            if (lines[start] == "clear") at = start + 1;
            try { commands.Add(Command(lines.AsSpan(start, at - start), start + 1)); }
            catch (Exception bad) when (bad is FormatException or QueryProblem or ArgumentException) { throw new FormatException($"line {start + 1}: {bad.Message}", bad); }
        }

        return commands.DrainToImmutable();
    }

    static ScriptCommand Command(ReadOnlySpan<string> lines, int line)
    {
        if (lines[0] == "clear") return new ClearCommand(line);
        if (Loading().Match(lines[0]) is { Success: true } load)
        {
            if (!ScriptText.TryTime(load.Groups["step"].Value, out var step) || step <= 0) throw new FormatException($"no step: {lines[0]}");
            var series = ImmutableArray.CreateBuilder<ScriptSeries>();
            for (var at = 1; at < lines.Length; at++) series.Add(Series(lines[at], line + at));
            return new LoadCommand(line, step, load.Groups["native"].Success, series.DrainToImmutable());
        }

        var kept = lines[1..].ToArray();
        if (Instant().Match(lines[0]) is { Success: true } instant)
        {
            var time = instant.Groups["at"] is { Success: true } said ? Time(said.Value) : 0;
            return new EvalCommand(line, instant.Groups["query"].Value, time, time, 0, Expected(instant.Groups["old"].Value, kept, line));
        }

        if (Range().Match(lines[0]) is not { Success: true } range) throw new FormatException($"no command: {lines[0]}");
        var (from, to, by) = (Time(range.Groups["from"].Value), Time(range.Groups["to"].Value), Time(range.Groups["step"].Value));
        if (to < from || by <= 0) throw new FormatException($"no range: {lines[0]}");
        return new EvalCommand(line, range.Groups["query"].Value, from, to, by, Expected(range.Groups["old"].Value, kept, line));
    }

    static long Time(string text) => ScriptText.TryTime(text, out var time) ? time : throw new FormatException($"no time: {text}");

    static Expectation Expected(string old, string[] lines, int line)
    {
        var notes = new List<ExpectedNote>();
        var series = ImmutableArray.CreateBuilder<ScriptSeries>();
        var expected = new Expectation { IsOrdered = old == "ordered" };
        if (old is "fail" or "warn" or "info") notes.Add(new(Enum.Parse<NoteKind>(old, ignoreCase: true)));
        for (var at = 0; at < lines.Length; at++)
        {
            var text = lines[at];
            if (text.StartsWith("expected_fail_message ", StringComparison.Ordinal)) notes.Add(new(NoteKind.Fail, text["expected_fail_message ".Length..].Trim()));
            else if (text.StartsWith("expected_fail_regexp ", StringComparison.Ordinal)) notes.Add(new(NoteKind.Fail, null, new Regex(text["expected_fail_regexp ".Length..].Trim())));
            else if (Expecting().Match(text) is { Success: true } expect)
            {
                var what = expect.Groups["what"].Value;
                var rest = expect.Groups["rest"].Value.Trim();
                expected = what switch
                {
                    "ordered" => expected with { IsOrdered = true },
                    "string" => expected with { Text = Unquoted(rest) },
                    "range vector" when Span().Match(rest) is { Success: true } span => expected with { RangeVector = (Time(span.Groups["from"].Value), Time(span.Groups["to"].Value), Time(span.Groups["step"].Value)) },
                    "range vector" => throw new FormatException($"no range: {text}"),
                    _ => expected,
                };
                if (what is not ("ordered" or "string" or "range vector")) notes.Add(Note(Enum.Parse<NoteKind>(what.Replace("_", "", StringComparison.Ordinal), ignoreCase: true), rest));
            }
            else if (ScriptText.TryNumber(text, out var scalar)) expected = expected with { Scalar = scalar };
            else series.Add(Series(text, line + 1 + at));
        }

        return expected with { Notes = [.. notes], Series = series.DrainToImmutable() };
    }

    static ExpectedNote Note(NoteKind kind, string rest) => rest switch
    {
        "" => new(kind),
        ['m', 's', 'g', ':', .. var message] => new(kind, message.Trim()),
        ['r', 'e', 'g', 'e', 'x', ':', .. var pattern] => new(kind, null, new Regex(pattern.Trim())),
        _ => throw new FormatException($"neither msg: nor regex: {rest}"),
    };

    static string Unquoted(string text) => text switch
    {
        ['`', .. var raw, '`'] => raw,
        ['"', .., '"'] or ['\'', .., '\''] when PromqlParser.Parse(text) is Telemetry.Promql.Ast.StringLiteral literal => literal.Value,
        _ => throw new FormatException($"no string: {text}"),
    };

    static ScriptSeries Series(string text, int line)
    {
        var end = MetricEnd(text);
        var isStart = text.AsSpan(end).StartsWith("@st", StringComparison.Ordinal);
        return new(line, PromqlParser.ParseMetric(text[..end]), SequenceReader.Read(text[(isStart ? end + 3 : end)..], isStart), isStart);
    }

    /// <summary>Where a name with its labels ends: at the first white space, or after the closing brace.</summary>
    static int MetricEnd(string text)
    {
        var at = 0;
        while (at < text.Length && text[at] != '{' && text[at] != '@' && !char.IsWhiteSpace(text[at])) at++;
        if (at == text.Length || text[at] != '{' || text.AsSpan(at).StartsWith("{{", StringComparison.Ordinal)) return at;
        for (var quote = '\0'; at < text.Length; at++)
        {
            if (quote == 0 && text[at] == '}') return at + 1;
            if (quote == 0 && text[at] is '"' or '\'' or '`') quote = text[at];
            else if (text[at] == quote) quote = '\0';
            else if (quote is '"' or '\'' && text[at] == '\\') at++;
        }

        throw new FormatException($"no end of the labels: {text}");
    }

    [GeneratedRegex(@"^load(?<native>_with_nhcb)?\s+(?<step>\S+)$")]
    private static partial Regex Loading();

    [GeneratedRegex(@"^eval(?:_(?<old>fail|warn|ordered|info))?\s+instant\s+(?:at\s+(?<at>\S+)\s+)?(?<query>.+)$")]
    private static partial Regex Instant();

    [GeneratedRegex(@"^eval(?:_(?<old>fail|warn|info))?\s+range\s+from\s+(?<from>\S+)\s+to\s+(?<to>\S+)\s+step\s+(?<step>\S+)\s+(?<query>.+)$")]
    private static partial Regex Range();

    [GeneratedRegex(@"^expect\s+(?<what>ordered|string|range\s+vector|fail|warn|no_warn|info|no_info)(?<rest>\s.*)?$")]
    private static partial Regex Expecting();

    [GeneratedRegex(@"^from\s+(?<from>\S+)\s+to\s+(?<to>\S+)\s+step\s+(?<step>\S+)$")]
    private static partial Regex Span();
}
