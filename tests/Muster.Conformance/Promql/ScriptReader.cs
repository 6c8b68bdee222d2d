using System.Globalization;
using Muster.Telemetry.Promql;
using Muster.Telemetry.Promql.Parsing;
using Muster.Telemetry.Series;

namespace Muster.Conformance.Promql;

/// <summary>Reads the script language of PromQL's public tests (<see href="https://github.com/prometheus/prometheus/blob/main/promql/promqltest/README.md"/>).</summary>
static class ScriptReader
{
    public static List<Command> Read(string text)
    {
        string[] lines = [.. text.Split('\n').Select(line => line.Trim()).Select(line => line.StartsWith('#') ? "" : line)];
        var commands = new List<Command>();
        var at = 0;
        while (at < lines.Length)
        {
            var line = lines[at];
            if (line.Length == 0)
            {
                at++;
                continue;
            }

            var number = at + 1;
            at++;
            var body = new List<string>();
            if (line != "clear")
            {
                while (at < lines.Length && lines[at].Length > 0) body.Add(lines[at++]);
            }

            try { commands.Add(Read(line, body, number)); }
            catch (Exception bad) when (bad is ScriptProblem or QueryProblem or FormatException or ArgumentException) { throw new ScriptProblem($"line {number}: {bad.Message}"); }
        }

        return commands;
    }

    static Command Read(string line, List<string> body, int number)
    {
        var words = line.Split((char[]?)null, 4, StringSplitOptions.RemoveEmptyEntries);
        switch (words[0])
        {
            case "clear": return new Command.Clear(number);
            case "load" or "load_with_nhcb":
                return new Command.Load(number, Duration(words[1]), [.. body.Select(Series)], words[0] == "load_with_nhcb");
            case var eval when eval.StartsWith("eval", StringComparison.Ordinal):
                return Eval(line, body, number);
            default:
                throw new ScriptProblem($"unknown command {words[0]}");
        }
    }

    static Command.Eval Eval(string line, List<string> body, int number)
    {
        var (verb, rest) = Word(line);
        var (kind, after) = Word(rest);
        var expected = new Expectation { Fails = verb == "eval_fail", Ordered = verb == "eval_ordered" };
        if (verb == "eval_warn") expected.Warnings = Presence.Some;
        if (verb == "eval_info") expected.Infos = Presence.Some;
        long start, end, step = 0;
        string query;
        if (kind == "instant")
        {
            (_, after) = Word(after); // at
            var (time, tail) = Word(after);
            start = end = Duration(time);
            query = tail;
        }
        else
        {
            string word;
            (_, after) = Word(after); // from
            (word, after) = Word(after);
            start = Duration(word);
            (_, after) = Word(after); // to
            (word, after) = Word(after);
            end = Duration(word);
            (_, after) = Word(after); // step
            (word, query) = Word(after);
            step = Duration(word);
        }

        foreach (var one in body) Expect(expected, one);
        return new(number, query, start, end, step, expected);
    }

    static void Expect(Expectation expected, string line)
    {
        if (line.StartsWith("expected_fail_message", StringComparison.Ordinal))
        {
            expected.Messages.Add(("fail", false, line["expected_fail_message".Length..].Trim()));
            return;
        }

        if (line.StartsWith("expected_fail_regexp", StringComparison.Ordinal))
        {
            expected.Messages.Add(("fail", true, line["expected_fail_regexp".Length..].Trim()));
            return;
        }

        if (line.StartsWith("expect ", StringComparison.Ordinal))
        {
            ExpectKind(expected, line["expect ".Length..].Trim());
            return;
        }

        if (Number(line) is { } scalar) expected.Scalar = scalar;
        else expected.Series.Add(Series(line));
    }

    static void ExpectKind(Expectation expected, string text)
    {
        var (kind, rest) = Word(text);
        switch (kind)
        {
            case "ordered": expected.Ordered = true; return;
            case "no_warn": expected.Warnings = Presence.None; return;
            case "no_info": expected.Infos = Presence.None; return;
            case "warn": expected.Warnings = Presence.Some; break;
            case "info": expected.Infos = Presence.Some; break;
            case "fail": expected.Fails = true; break;
            case "string": expected.Text = PromqlParser.Parse(rest) is Telemetry.Promql.Ast.StringLiteral literal ? literal.Value : throw new ScriptProblem("a string is expected to be quoted"); return;
            case "range":
                var words = rest.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries); // vector from A to B step C
                expected.RangeVector = (Duration(words[2]), Duration(words[6]));
                return;
            default: throw new ScriptProblem($"unknown expectation {kind}");
        }

        if (rest.StartsWith("msg:", StringComparison.Ordinal)) expected.Messages.Add((kind, false, rest["msg:".Length..].Trim()));
        else if (rest.StartsWith("regex:", StringComparison.Ordinal)) expected.Messages.Add((kind, true, rest["regex:".Length..].Trim()));
        else if (rest.Length > 0) throw new ScriptProblem($"unknown expectation {kind} {rest}");
    }

    static ScriptSeries Series(string line)
    {
        // Labels end at the first blank outside of braces and quotes.
        var depth = 0;
        var quote = '\0';
        var at = 0;
        for (; at < line.Length; at++)
        {
            var c = line[at];
            if (quote != '\0')
            {
                if (c == '\\' && quote != '`') at++;
                else if (c == quote) quote = '\0';
            }
            else if (c is '"' or '\'' or '`') quote = c;
            else if (c == '{') depth++;
            else if (c == '}') depth--;
            else if (char.IsWhiteSpace(c) && depth == 0)
            {
                // name {labels}: a blank before the braces belongs to the labels.
                if (line[at..].TrimStart().StartsWith('{') && !line[at..].TrimStart().StartsWith("{{", StringComparison.Ordinal) && !line[..at].Contains('{', StringComparison.Ordinal)) continue;
                break;
            }
        }

        var metric = line[..at].Trim();
        return new(metric == "{}" ? Labels.Empty : PromqlParser.ParseMetric(metric), ScriptValues.Read(line[at..].Trim()));
    }

    public static double? Number(string text) => text switch
    {
        "Inf" or "+Inf" or "inf" or "+inf" => double.PositiveInfinity,
        "-Inf" or "-inf" => double.NegativeInfinity,
        "NaN" or "nan" => double.NaN,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null,
    };

    static long Duration(string text)
    {
        if (text.StartsWith('-')) return -Duration(text[1..]);
        if (Durations.TryRead(text, out var milliseconds)) return milliseconds;
        return Number(text) is { } seconds ? (long)Math.Round(seconds * 1000) : throw new ScriptProblem($"{text} is no duration");
    }

    static (string First, string After) Word(string text)
    {
        text = text.TrimStart();
        var end = 0;
        while (end < text.Length && !char.IsWhiteSpace(text[end])) end++;
        return (text[..end], text[end..].TrimStart());
    }
}
