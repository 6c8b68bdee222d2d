using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>One request under one load, as the command line says it. What is left out is left out of the form too.</summary>
public sealed record LoadShorthand(string Url)
{
    /// <summary>Of the scenario, by its keys: rate, vus, duration, iterations, warm_up, max_vus, think … each as it would be written there.</summary>
    public ImmutableSortedDictionary<string, string> Scenario { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Of <c>http</c>: version, reuse, compression …</summary>
    public ImmutableSortedDictionary<string, string> Http { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Of the plan itself: threads, exact, stop_at_failures.</summary>
    public ImmutableSortedDictionary<string, string> Plan { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public string Method { get; init; } = "GET";

    /// <summary>Each as <c>name: value</c>.</summary>
    public ImmutableArray<string> Headers { get; init; } = [];

    public string? Body { get; init; }

    /// <summary>A file with the body.</summary>
    public string? File { get; init; }

    public string? Trust { get; init; }

    /// <summary>Each as <c>metric: expression</c>: <c>http_req_duration: p(95)&lt;200</c>.</summary>
    public ImmutableArray<string> Thresholds { get; init; } = [];

    /// <summary>The form that a scenario file would have.</summary>
    /// <exception cref="FormatException">It cannot be put into one; the message says what and why.</exception>
    public Value.Fields Form()
    {
        var (origin, path) = Split(Url);
        var headers = Pairs(Headers, "header", "name: value");
        var secret = headers.Where(header => Holds(header.Value)).ToList();
        var request = Texts(Scenario).With("url", path).With("method", Method)
            .With("headers", Fields([.. headers.Where(header => !Holds(header.Value))])).With("body", Body is null ? null : new Value.Text(Body)).With("file", File is null ? null : new Value.Text(File));
        var target = Value.Of(("url", origin)).With("headers", Fields(secret)).With("trust", Trust is null ? null : new Value.Text(Trust));
        var thresholds = Pairs(Thresholds, "threshold", "metric: expression").GroupBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(metric => KeyValuePair.Create(metric.Key, (Value)Value.Texts(metric.Select(pair => pair.Value)))).ToList();
        return Texts(Plan).With("target", target).With("http", Http.IsEmpty ? null : Texts(Http)).With("scenarios", Value.Of(("load", request)))
            .With("thresholds", thresholds.Count == 0 ? null : new Value.Fields(thresholds));
    }

    static (string Origin, string Path) Split(string url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0) throw new FormatException($"\"{Bounded.Start(url, 80)}\" is no URL; write it whole, as https://shop.internal:8443/api");
        var end = url.AsSpan(scheme + 3).IndexOfAny('/', '?', '#') is var at and >= 0 ? scheme + 3 + at : url.Length;
        var path = url[end..];
        return (url[..end], path.StartsWith('/') ? path : "/" + path);
    }

    static List<KeyValuePair<string, string>> Pairs(ImmutableArray<string> said, string noun, string form) =>
    [
        .. said.Select(one =>
        {
            // Behind the tags of a threshold's metric: http_req_duration{scenario:browse}: p(95)<200
            var from = Math.Max(0, one.IndexOf('}', StringComparison.Ordinal));
            var colon = one.IndexOf(':', from);
            if (colon <= 0) throw new FormatException($"the {noun} \"{Bounded.Start(noun == "header" ? one.Split(' ')[0] : one, 40)}\" has no colon; write {form}");
            return KeyValuePair.Create(one[..colon].Trim(), one[(colon + 1)..].Trim());
        }),
    ];

    /// <summary>Null if there are none; two of one name are refused, since which was meant nobody can say.</summary>
    static Value.Fields? Fields(List<KeyValuePair<string, string>> pairs)
    {
        if (pairs.GroupBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice) throw new FormatException($"the header {twice.Key} is given twice");
        return pairs.Count == 0 ? null : new(pairs.Select(pair => KeyValuePair.Create(pair.Key, (Value)new Value.Text(pair.Value))));
    }

    static Value.Fields Texts(ImmutableSortedDictionary<string, string> said) => new(said.Select(one => KeyValuePair.Create(one.Key, (Value)new Value.Text(one.Value))));

    /// <summary>Secrets stand under the target alone.</summary>
    static bool Holds(string header) => header.Contains("$(env:", StringComparison.Ordinal) || header.Contains("$(file:", StringComparison.Ordinal);
}
