using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Intake.Exposition;

/// <summary>
/// Reads what a target exposes: Prometheus's text format 0.0.4 (<see href="https://prometheus.io/docs/instrumenting/exposition_formats/"/>) and
/// OpenMetrics 1.0 (<see href="https://prometheus.io/docs/specs/om/open_metrics_spec/"/>), the latter with its end mark, exemplars and times in
/// seconds. Reused from scrape to scrape; not for two threads.
/// </summary>
public sealed class ExpositionParser
{
    /// <summary>Longest line that is read, in bytes.</summary>
    public const int LongestLine = 1 << 20;

    const int MostFamilies = 100_000;

    readonly SeriesKeyWriter _key = new();
    readonly Dictionary<string, (string Kind, string Help, string Unit)> _families = new(StringComparer.Ordinal);
    byte[] _text = new byte[256];

    /// <param name="defaultTime">Milliseconds; of samples that have no time of their own.</param>
    /// <returns>What is wrong, with its line; null: nothing. What stands in the batch is not to be used when something is.</returns>
    public string? Parse(ReadOnlySpan<byte> body, bool isOpenMetrics, long defaultTime, SampleBatch into)
    {
        _families.Clear();
        var number = 0;
        var ended = false;
        while (!body.IsEmpty)
        {
            number++;
            var end = body.IndexOf((byte)'\n');
            var line = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            if (isOpenMetrics && end < 0 && !line.SequenceEqual("# EOF"u8)) return At(number, "the last line does not end; the answer was cut off");
            if (line.Length > LongestLine) return At(number, $"it is longer than {LongestLine} bytes");
            if (!line.IsEmpty && line[^1] == '\r') line = line[..^1];
            if (ended) return line.IsEmpty && body.IsEmpty ? null : At(number, "something follows # EOF");
            try
            {
                if (line.SequenceEqual("# EOF"u8) && isOpenMetrics) ended = true;
                else if (Line(line, isOpenMetrics, defaultTime, into) is { } problem) return At(number, problem);
            }
            catch (IntakeProblem bad) { return At(number, bad.Message); }
        }

        if (isOpenMetrics && !ended) return "there is no # EOF at the end; the answer was cut off";
        foreach (var (family, told) in _families) into.Metadata.Add(new(family, told.Kind.Length > 0 ? told.Kind : "unknown", told.Help, told.Unit));
        return null;
    }

    static string At(int line, string problem) => string.Create(CultureInfo.InvariantCulture, $"line {line}: {problem}");

    string? Line(ReadOnlySpan<byte> line, bool isOpenMetrics, long defaultTime, SampleBatch into)
    {
        var at = Blank(line, 0);
        if (at == line.Length) return isOpenMetrics ? "an empty line" : null;
        if (line[at] == '#') return Comment(line[(at + 1)..]);
        _key.Clear();
        var hasName = false;
        if (IsNameStart(line[at]))
        {
            var end = at + 1;
            while (end < line.Length && IsName(line[end])) end++;
            _key.Add("__name__"u8, line[at..end]);
            hasName = true;
            at = end;
        }

        at = Blank(line, at);
        if (at < line.Length && line[at] == '{' && LabelSet(line, ref at, _key, ref hasName, mayName: true) is { } problem) return problem;
        if (!hasName) return "a metric's name is needed";
        return Sample(line, at, isOpenMetrics, defaultTime, into);
    }

    string? Sample(ReadOnlySpan<byte> line, int at, bool isOpenMetrics, long defaultTime, SampleBatch into)
    {
        if (!TryNumber(Word(line, ref at), out var value)) return "a number is needed as the value";
        var time = defaultTime;
        at = Blank(line, at);
        if (at < line.Length && line[at] != '#')
        {
            if (!TryTime(Word(line, ref at), isOpenMetrics, out time)) return isOpenMetrics ? "a time is seconds since 1970" : "a time is whole milliseconds since 1970";
            at = Blank(line, at);
        }

        if (!_key.TryFinish(out var key, out var problem)) return problem;
        var series = into.Open(key);
        into.Add(series, time, value);
        if (at == line.Length) return null;
        return isOpenMetrics ? Exemplar(line, at, series, time, into) : "something follows the value and its time";
    }

    string? Exemplar(ReadOnlySpan<byte> line, int at, int series, long time, SampleBatch into)
    {
        at = Blank(line, at + 1);
        if (at == line.Length || line[at] != '{') return "an exemplar begins with its labels";
        var named = true;
        _key.Clear();
        if (LabelSet(line, ref at, _key, ref named, mayName: false) is { } problem) return problem;
        if (!TryNumber(Word(line, ref at), out var value)) return "an exemplar needs a number";
        at = Blank(line, at);
        if (at < line.Length && !TryTime(Word(line, ref at), isOpenMetrics: true, out time)) return "an exemplar's time is seconds since 1970";
        if (Blank(line, at) != line.Length) return "something follows the exemplar";
        if (!_key.TryFinish(out var key, out var bad)) return bad;
        into.Exemplars.Add(new(series, time, value, SeriesKey.Read(key)));
        return null;
    }

    /// <summary><c>{a="b", "quoted name"="c", "metric's name"}</c></summary>
    string? LabelSet(ReadOnlySpan<byte> line, ref int at, SeriesKeyWriter key, ref bool hasName, bool mayName)
    {
        at++;
        while (true)
        {
            at = Blank(line, at);
            if (at == line.Length) return "the labels are not closed";
            if (line[at] == '}')
            {
                at++;
                return null;
            }

            var isQuoted = line[at] == '"';
            ReadOnlySpan<byte> name;
            var held = Array.Empty<byte>();
            if (isQuoted)
            {
                if (!TryQuoted(line, ref at, out var quoted)) return "a quoted name does not end";
                held = quoted.ToArray();
                name = held;
            }
            else
            {
                if (!IsNameStart(line[at]) || line[at] == ':') return "a label's name is needed";
                var end = at + 1;
                while (end < line.Length && IsName(line[end]) && line[end] != ':') end++;
                name = line[at..end];
                at = end;
            }

            at = Blank(line, at);
            if (isQuoted && mayName && (at == line.Length || line[at] is (byte)',' or (byte)'}'))
            {
                if (hasName) return "the metric's name stands twice";
                hasName = true;
                key.Add("__name__"u8, name);
            }
            else
            {
                if (at == line.Length || line[at] != '=') return "= is needed behind a label's name";
                at = Blank(line, at + 1);
                if (at == line.Length || line[at] != '"' || !TryQuoted(line, ref at, out var value)) return "a label's value is quoted, and the quote ends";
                if (name.SequenceEqual("__name__"u8)) return "__name__ is no label that may be set here";
                key.Add(name, value);
            }

            at = Blank(line, at);
            if (at < line.Length && line[at] == ',') at++;
            else if (at < line.Length && line[at] != '}') return "a comma is needed between labels";
        }
    }

    /// <param name="text">Good until the next call.</param>
    bool TryQuoted(ReadOnlySpan<byte> line, scoped ref int at, out ReadOnlySpan<byte> text)
    {
        var start = ++at;
        var end = line[start..].IndexOfAny((byte)'"', (byte)'\\');
        text = default;
        if (end < 0) return false;
        if (line[start + end] == '"')
        {
            text = line.Slice(start, end);
            at = start + end + 1;
            return true;
        }

        if (_text.Length < line.Length) _text = new byte[line.Length * 2];
        var length = 0;
        for (at = start; at < line.Length; at++)
        {
            if (line[at] == '"')
            {
                at++;
                text = _text.AsSpan(0, length);
                return true;
            }

            if (line[at] != '\\' || at + 1 == line.Length)
            {
                _text[length++] = line[at];
                continue;
            }

            at++;
            // An escape that is none stands for itself, as Prometheus takes it.
            if (line[at] is not ((byte)'n' or (byte)'\\' or (byte)'"')) _text[length++] = (byte)'\\';
            _text[length++] = line[at] == 'n' ? (byte)'\n' : line[at];
        }

        return false;
    }

    string? Comment(ReadOnlySpan<byte> rest)
    {
        var at = 0;
        var word = Word(rest, ref at);
        if (!word.SequenceEqual("HELP"u8) && !word.SequenceEqual("TYPE"u8) && !word.SequenceEqual("UNIT"u8)) return null;
        at = Blank(rest, at);
        ReadOnlySpan<byte> name;
        if (at < rest.Length && rest[at] == '"')
        {
            if (!TryQuoted(rest, ref at, out name)) return "a quoted name does not end";
        }
        else name = Word(rest, ref at);

        if (name.IsEmpty || !Utf8.IsValid(rest)) return "a metric's name is needed";
        var family = Encoding.UTF8.GetString(name);
        var text = Encoding.UTF8.GetString(rest[Math.Min(rest.Length, at + 1)..]);
        if (!_families.TryGetValue(family, out var told) && _families.Count >= MostFamilies) return null;
        _families[family] = (told.Kind ?? "", told.Help ?? "", told.Unit ?? "") switch
        {
            var known when word[0] == 'H' => known with { Item2 = Unescaped(text) },
            var known when word[0] == 'T' => known with { Item1 = text.Trim() == "untyped" ? "unknown" : text.Trim() },
            var known => known with { Item3 = text.Trim() },
        };
        return null;
    }

    static string Unescaped(string text) => text.Contains('\\', StringComparison.Ordinal) ? text.Replace("\\\\", "\0", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal).Replace("\0", "\\", StringComparison.Ordinal) : text;

    static int Blank(ReadOnlySpan<byte> line, int at)
    {
        while (at < line.Length && line[at] is (byte)' ' or (byte)'\t') at++;
        return at;
    }

    static ReadOnlySpan<byte> Word(ReadOnlySpan<byte> line, scoped ref int at)
    {
        var start = at = Blank(line, at);
        while (at < line.Length && line[at] is not ((byte)' ' or (byte)'\t')) at++;
        return line[start..at];
    }

    static bool IsNameStart(byte c) => char.IsAsciiLetter((char)c) || c is (byte)'_' or (byte)':';

    static bool IsName(byte c) => char.IsAsciiLetterOrDigit((char)c) || c is (byte)'_' or (byte)':';

    static bool TryNumber(ReadOnlySpan<byte> word, out double value)
    {
        if (Utf8Parser.TryParse(word, out value, out var used) && used == word.Length && char.IsAsciiDigit((char)word[^1]) | word[^1] == '.') return true;
        switch (word.Length)
        {
            case 3 when Is(word, "nan"): value = double.NaN; return true;
            case 3 when Is(word, "inf"): value = double.PositiveInfinity; return true;
            case 4 when Is(word, "+inf"): value = double.PositiveInfinity; return true;
            case 4 when Is(word, "-inf"): value = double.NegativeInfinity; return true;
            default: return false;
        }
    }

    static bool Is(ReadOnlySpan<byte> word, string text) => Ascii.EqualsIgnoreCase(word, text);

    static bool TryTime(ReadOnlySpan<byte> word, bool isOpenMetrics, out long time)
    {
        if (!isOpenMetrics) return Utf8Parser.TryParse(word, out time, out var used) && used == word.Length;
        time = 0;
        if (!TryNumber(word, out var seconds) || !(Math.Abs(seconds) < 9.2e15)) return false;
        time = (long)Math.Round(seconds * 1000);
        return true;
    }
}
