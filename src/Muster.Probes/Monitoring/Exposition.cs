using System.Globalization;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>One sample of an exposition: its labels sorted by name, as <c>name="value",…</c>.</summary>
readonly record struct Exposed(string Name, string Labels, double Value)
{
    public override string ToString() => Labels.Length == 0 ? Name : $"{Name}{{{Labels}}}";
}

/// <summary>
/// The Prometheus text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/) and OpenMetrics 1.0 text, read strictly: a line that is neither comment nor sample ends the reading,
/// since a server that scrapes would drop all of it too.
/// </summary>
sealed class Exposition
{
    const int MostSamples = 500_000;
    readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    readonly List<Exposed> _samples = [];
    readonly HashSet<(string, string)> _seen = [];

    Exposition() { }

    /// <summary>Families by name, with their type; a sample without a TYPE line is of type "untyped".</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    public IReadOnlyList<Exposed> Samples => _samples;

    /// <summary>Samples with the name and labels of an earlier one.</summary>
    public int Duplicates { get; private set; }

    /// <summary>What ends an OpenMetrics text, without which it was cut off.</summary>
    public bool EndSeen { get; private set; }

    /// <exception cref="FormatException">A line is none; the message has its number.</exception>
    public static Exposition Read(string text)
    {
        var read = new Exposition();
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (read.EndSeen && !line.IsWhiteSpace()) throw new FormatException($"line {number}: something stands after # EOF");
            var bare = line.Trim(" \t");
            if (bare.IsEmpty) continue;
            if (bare[0] == '#') read.Comment(bare, number);
            else read.Sample(bare, number);
        }

        return read;
    }

    /// <summary>The family that a sample belongs to: its own name, or that of the histogram, summary or counter whose suffix it bears.</summary>
    public string FamilyOf(string sample)
    {
        if (_types.ContainsKey(sample)) return sample;
        foreach (var suffix in (ReadOnlySpan<string>)["_bucket", "_count", "_sum", "_total", "_created", "_info"])
            if (sample.EndsWith(suffix, StringComparison.Ordinal) && _types.ContainsKey(sample[..^suffix.Length])) return sample[..^suffix.Length];
        return sample;
    }

    void Comment(ReadOnlySpan<char> line, int number)
    {
        var rest = line[1..].TrimStart(" \t");
        if (rest.SequenceEqual("EOF")) EndSeen = true;
        if (!rest.StartsWith("TYPE ")) return;
        var words = rest[5..].Trim().ToString().Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != 2 || !IsName(words[0])) throw new FormatException($"line {number}: # TYPE takes a name and a type");
        if (!_types.TryAdd(words[0], words[1])) throw new FormatException($"line {number}: the type of {Bounded.Start(words[0], 100)} is said twice");
    }

    void Sample(ReadOnlySpan<char> line, int number)
    {
        var end = 0;
        while (end < line.Length && IsNamePart(line[end])) end++;
        var name = line[..end].ToString();
        if (!IsName(name)) throw new FormatException($"line {number}: no name of a metric: {Bounded.Start(line.ToString(), 60)}");
        var rest = line[end..].TrimStart(" \t");
        var labels = "";
        if (rest is ['{', ..]) labels = Labels(ref rest, number);
        var value = rest.TrimStart(" \t");
        var stop = value.IndexOfAny(' ', '\t');
        if (stop >= 0) value = value[..stop];
        if (!TryNumber(value, out var parsed)) throw new FormatException($"line {number}: no value: {Bounded.Start(line.ToString(), 60)}");
        if (_samples.Count == MostSamples) throw new FormatException($"more than {MostSamples} samples");
        if (!_seen.Add((name, labels))) Duplicates++;
        _samples.Add(new(name, labels, parsed));
    }

    static string Labels(ref ReadOnlySpan<char> rest, int number)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var at = 1;
        while (true)
        {
            while (at < rest.Length && rest[at] is ' ' or '\t' or ',') at++;
            if (at >= rest.Length) throw new FormatException($"line {number}: the labels do not end");
            if (rest[at] == '}') break;
            var from = at;
            while (at < rest.Length && IsNamePart(rest[at])) at++;
            var name = rest[from..at].ToString();
            while (at < rest.Length && rest[at] is ' ' or '\t') at++;
            if (name.Length == 0 || at + 1 >= rest.Length || rest[at] != '=') throw new FormatException($"line {number}: a label without a name or a value");
            at++;
            while (at < rest.Length && rest[at] is ' ' or '\t') at++;
            if (at >= rest.Length || rest[at] != '"') throw new FormatException($"line {number}: the value of a label is not quoted");
            var value = new StringBuilder();
            for (at++; ; at++)
            {
                if (at >= rest.Length) throw new FormatException($"line {number}: the value of a label does not end");
                if (rest[at] == '"') break;
                if (rest[at] == '\\' && at + 1 < rest.Length) value.Append('\\').Append(rest[++at]);
                else value.Append(rest[at]);
            }

            at++;
            if (!labels.TryAdd(name, value.ToString())) throw new FormatException($"line {number}: the label {Bounded.Start(name, 60)} stands twice");
        }

        rest = rest[(at + 1)..];
        return string.Join(',', labels.Select(label => $"{label.Key}=\"{label.Value}\""));
    }

    static bool TryNumber(ReadOnlySpan<char> text, out double value)
    {
        value = text switch { "NaN" => double.NaN, "+Inf" or "Inf" => double.PositiveInfinity, "-Inf" => double.NegativeInfinity, _ => 0 };
        return value != 0 || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    static bool IsName(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(IsNamePart);

    static bool IsNamePart(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or ':';
}
