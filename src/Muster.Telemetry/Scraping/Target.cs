using System.Buffers;
using System.Text;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Scraping;

/// <summary>One address of one job, with what is known of it before the first scrape.</summary>
/// <param name="Discovered">Before the labels that begin with <c>__</c> were used and taken away.</param>
/// <param name="Labels">On every sample of it.</param>
sealed record Target(ScrapeJob Job, Labels Discovered, Labels Labels, Uri Url)
{
    static readonly SearchValues<char> NeverInAddresses = SearchValues.Create(" /@?#\\\r\n\t");

    const string Hidden = "__", Parameter = "__param_";

    /// <summary>Of its labels together, in bytes: half of what a series may have.</summary>
    const int Longest = SeriesKey.Longest / 2;

    /// <summary>Two with the same one are the same target, and one loop serves them.</summary>
    public string Identity { get; } = $"{Settings(Job)}\n{Labels}\n{Url}";

    /// <summary>Host with or without a port; no user, no path.</summary>
    public static bool IsAddress(string text) =>
        !text.AsSpan().ContainsAny(NeverInAddresses) && Uri.TryCreate($"http://{text}/", UriKind.Absolute, out var url) && url.Host.Length > 0 && url.PathAndQuery == "/";

    /// <summary>
    /// The labels <c>__scheme__</c>, <c>__metrics_path__</c> and <c>__param_…</c> of a target stand before the job's own, and the address is the <c>instance</c>
    /// when nothing else is said, as <see href="https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config"/> tells.
    /// </summary>
    /// <param name="problem">Why it cannot be asked; null when it can.</param>
    public static Target? Of(ScrapeJob job, string address, IReadOnlyDictionary<string, string> labels, out string? problem)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["__address__"] = address, ["__scheme__"] = job.Scheme, ["__metrics_path__"] = job.MetricsPath, ["job"] = job.Name,
        };
        // Only the first value of a parameter has a label.
        foreach (var (name, value) in job.Params) all.TryAdd(Parameter + name, value);
        foreach (var (name, value) in labels) all[name] = value;
        var discovered = Labels.Of(all.Select(label => new Label(label.Key, label.Value)));
        var shown = discovered.Where(label => !label.Name.StartsWith(Hidden, StringComparison.Ordinal));
        if (!shown.Has("instance")) shown = shown.With("instance", discovered["__address__"]);
        problem = null;
        var (scheme, place) = (discovered["__scheme__"], discovered["__address__"]);
        if (scheme is not ("http" or "https")) problem = $"{place}: {scheme} is no scheme: http or https";
        else if (shown.Sum(label => Encoding.UTF8.GetByteCount(label.Name) + Encoding.UTF8.GetByteCount(label.Value)) > Longest) problem = $"{place}: its labels are longer than {Longest} bytes together";
        else if (!IsAddress(place)) problem = $"{place} is no address: host:port";
        else if (!discovered["__metrics_path__"].StartsWith('/')) problem = $"{place}: {discovered["__metrics_path__"]} is no path: it begins with /";
        else if (Uri.TryCreate($"{scheme}://{place}{discovered["__metrics_path__"]}{Query(job, discovered)}", UriKind.Absolute, out var url)) return new(job, discovered, shown, url);
        problem ??= $"{place}: scheme, address and path are no URL together";
        return null;
    }

    static string Query(ScrapeJob job, Labels discovered)
    {
        var query = new StringBuilder();
        foreach (var label in discovered)
        {
            if (!label.Name.StartsWith(Parameter, StringComparison.Ordinal)) continue;
            Add(label.Name[Parameter.Length..], label.Value);
            foreach (var (_, value) in job.Params.Where(one => one.Key == label.Name[Parameter.Length..]).Skip(1)) Add(label.Name[Parameter.Length..], value);
        }

        return query.ToString();

        void Add(string name, string value) => query.Append(query.Length == 0 ? '?' : '&').Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
    }

    /// <summary>All that changes how it is scraped: another text is another target.</summary>
    static string Settings(ScrapeJob job) => (job with { Params = [], Targets = [], TargetFiles = [] }).ToString();

    /// <summary>Where within the interval it is scraped: the same each time, so that targets spread and samples stand at even distances (FNV-1a).</summary>
    public TimeSpan Offset
    {
        get
        {
            var hash = 14695981039346656037UL;
            foreach (var letter in Encoding.UTF8.GetBytes(Identity)) hash = (hash ^ letter) * 1099511628211UL;
            return TimeSpan.FromMilliseconds(hash % (ulong)Job.Interval.TotalMilliseconds);
        }
    }
}
