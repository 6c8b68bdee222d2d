using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A page of metrics, in the Prometheus text format or in OpenMetrics: its families and samples, and every line that breaks the format's rules.</summary>
sealed class Exposition
{
    const int MostSamples = 500_000;
    static readonly string[] AnySuffix = ["_bucket", "_count", "_sum", "_total", "_created", "_gcount", "_gsum", "_info"];
    readonly bool _open;
    readonly Dictionary<string, ExposedFamily> _families = new(StringComparer.Ordinal);
    readonly HashSet<string> _series = new(StringComparer.Ordinal);
    ExposedFamily? _now;
    bool _ended;

    Exposition(bool openMetrics) => _open = openMetrics;

    public string Format => _open ? "openmetrics" : "prometheus";

    /// <summary>Those that have a sample; a type of which nothing is exported is no metric.</summary>
    public IReadOnlyList<ExposedFamily> Families => [.. _families.Values.Where(family => family.Samples.Count > 0)];

    public List<ExposedSample> Samples { get; } = [];

    public List<string> Invalid { get; } = [];

    /// <summary>Samples with the name and labels of an earlier one.</summary>
    public int Duplicates { get; private set; }

    public static Exposition Read(string text, bool openMetrics)
    {
        var page = new Exposition(openMetrics);
        var number = 0;
        for (var at = 0; at < text.Length;)
        {
            var end = text.IndexOf('\n', at);
            var line = end < 0 ? text[at..] : text[at..end];
            number++;
            if (page.Line(openMetrics ? line : line.TrimEnd('\r')) is { } wrong) page.Invalid.Add($"line {number}: {wrong}");
            if (end < 0)
            {
                if (!openMetrics) page.Invalid.Add($"line {number}: it has no end, so the page may be cut short");
                break;
            }

            at = end + 1;
        }

        if (openMetrics && !page._ended) page.Invalid.Add($"line {number}: # EOF does not follow, so the page is cut short");
        return page;
    }

    /// <summary>All samples of a series: of this name, with at least these labels.</summary>
    public IEnumerable<ExposedSample> Find(ExposedSample wanted) =>
        Samples.Where(sample => sample.Name == wanted.Name && wanted.Labels.All(label => sample[label.Name] == label.Text));

    /// <summary>Whether a name is that of a family or of its samples, so that a counter is found with and without its _total.</summary>
    public bool Has(string name) => _families.TryGetValue(name, out var family) && family.Samples.Count > 0 || Samples.Any(sample => sample.Name == name);

    string? Line(string line)
    {
        if (_ended) return "it stands behind # EOF";
        if (line.AsSpan().Trim(" \t").IsEmpty) return _open ? "it is empty" : null;
        if (line.TrimStart(' ', '\t') is ['#', ..] comment) return Comment(comment);
        if (Samples.Count == MostSamples) throw new Unseen(Blind.TooLarge, $"the page has more than {MostSamples} samples");
        var (sample, wrong) = ExpositionLine.Read(_open ? line : line.Trim(' ', '\t'), _open);
        return sample is null ? $"{wrong}: {Bounded.Start(line, 60)}" : Add(sample);
    }

    string? Comment(string line)
    {
        if (line == "# EOF" && _open)
        {
            _ended = true;
            return null;
        }

        var parts = line.Split([' ', '\t'], 4, StringSplitOptions.RemoveEmptyEntries);
        if (parts is not ["#", "HELP" or "TYPE" or "UNIT", ..]) return _open ? "it is a comment, which OpenMetrics has not" : null;
        if (parts.Length < 3) return $"{parts[1]} has no name";
        var name = parts[2].Length > 1 && parts[2][0] == '"' && parts[2][^1] == '"' ? parts[2][1..^1] : parts[2];
        var family = Family(name);
        if (parts[1] == "UNIT") return null;
        if (parts[1] == "HELP")
        {
            if (family.HasHelp) return $"a second HELP of {name}";
            family.HasHelp = true;
            return null;
        }

        var type = parts.Length > 3 ? parts[3].Trim() : "";
        if (!(_open ? ExposedFamily.OpenTypes : ExposedFamily.ClassicTypes).Contains(type, StringComparer.Ordinal)) return $"\"{Bounded.Start(type, 40)}\" is no type of {Format}";
        if (family.Type is not null) return $"a second TYPE of {name}";
        if (family.Samples.Count > 0) return $"TYPE of {name} stands behind its samples";
        family.Type = type;
        return null;
    }

    string? Add(ExposedSample sample)
    {
        var family = FamilyOf(sample.Name);
        var left = family != _now && family.Samples.Count > 0;
        _now = family;
        family.Samples.Add(sample);
        Samples.Add(sample);
        var key = sample.Key;
        if (!_series.Add(key)) Duplicates++;
        if (left) return $"{family.Name} is not in one group, it began further up";
        if (family.Counts(sample) && !(sample.Value >= 0)) return $"{key} counts and is {sample.Value.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
        if (family is { Type: "summary" } && sample["quantile"] is { } quantile && Sample.Number(quantile) is not (>= 0 and <= 1)) return $"{key} has a quantile that is none";
        return null;
    }

    ExposedFamily Family(string name) => _families.TryGetValue(name, out var family) ? family : _families[name] = new(name);

    /// <summary>The family whose type makes room for the sample's name; else one of its own.</summary>
    ExposedFamily FamilyOf(string name)
    {
        if (_families.TryGetValue(name, out var own) && own.Suffixes(_open).Contains("")) return own;
        foreach (var suffix in AnySuffix)
            if (name.EndsWith(suffix, StringComparison.Ordinal) && _families.TryGetValue(name[..^suffix.Length], out var family) && family.Suffixes(_open).Contains(suffix)) return family;
        return Family(name);
    }
}
