using System.Collections.Immutable;

namespace Muster.Telemetry.Scraping;

/// <summary>What is scraped. Names and meanings are those of <see href="https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config"/>.</summary>
public sealed record ScrapeOptions(ImmutableArray<ScrapeJob> Jobs)
{
    /// <summary>Reads the JSON form, which <see cref="ScrapeOptionsReader"/> describes.</summary>
    /// <param name="problem">What is wrong, where, and what to write instead; null when nothing is.</param>
    public static ScrapeOptions? Read(ReadOnlySpan<byte> json, out ScrapeProblem? problem) => ScrapeOptionsReader.Read(json, out problem);
}

/// <summary>Why a configuration is not taken.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">In bytes, from 1.</param>
/// <param name="Key">The way to it, as <c>scrape_configs[0].scheme</c>; empty for the whole.</param>
public sealed record ScrapeProblem(int Line, int Column, string Key, string Says, string Fix)
{
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"line {Line}, column {Column}: {(Key.Length > 0 ? Key + ": " : "")}{Says} ({Fix})");
}

/// <summary>One kind of target and how it is asked. 0 as a limit is no limit.</summary>
public sealed record ScrapeJob
{
    public required string Name { get; init; }

    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>For the whole of a scrape, from the connection to the last byte. No longer than the interval.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string Scheme { get; init; } = "http";

    public string MetricsPath { get; init; } = "/metrics";

    public ImmutableArray<KeyValuePair<string, string>> Params { get; init; } = [];

    public ImmutableArray<ScrapeTargets> Targets { get; init; } = [];

    /// <summary>Files of targets: JSON lists of <c>{"targets": […], "labels": {…}}</c>. A <c>*</c> may stand in the file's name, not in its folder's. Read again when they change.</summary>
    public ImmutableArray<string> TargetFiles { get; init; } = [];

    public ScrapeSecret? Secret { get; init; }

    public ScrapeTls Tls { get; init; } = new();

    /// <summary>Where a target and its samples both have a label: the sample's stays; else it becomes <c>exported_…</c>.</summary>
    public bool HonorLabels { get; init; }

    /// <summary>The target's own timestamps are taken; else every sample has the scrape's time.</summary>
    public bool HonorTimestamps { get; init; } = true;

    /// <summary>Three redirects are followed, or none.</summary>
    public bool FollowRedirects { get; init; } = true;

    /// <summary>Bytes of an answer, after it is decompressed.</summary>
    public int BodySizeLimit { get; init; } = 16 << 20;

    public int SampleLimit { get; init; }

    /// <summary>Labels of a series, the target's among them.</summary>
    public int LabelLimit { get; init; }

    /// <summary>In bytes of UTF-8.</summary>
    public int LabelNameLengthLimit { get; init; }

    /// <summary>In bytes of UTF-8.</summary>
    public int LabelValueLengthLimit { get; init; }
}

/// <summary>Targets with labels of their own in common.</summary>
/// <param name="Addresses">Each <c>host:port</c>, or a host with the scheme's port.</param>
public sealed record ScrapeTargets(ImmutableArray<string> Addresses, ImmutableSortedDictionary<string, string> Labels);

/// <summary>How a target knows us. Only the secret's name stands here; its value is asked of the caller at each scrape, and is never kept nor told.</summary>
public abstract record ScrapeSecret
{
    ScrapeSecret(string name) => SecretName = name;

    public string SecretName { get; }

    public sealed record Bearer(string Name) : ScrapeSecret(Name);

    /// <param name="Name">Of the secret that is the password.</param>
    public sealed record Basic(string User, string Name) : ScrapeSecret(Name);
}

/// <param name="CaFile">Certificates (PEM) that are trusted instead of the system's.</param>
/// <param name="ServerName">The name that the certificate must be for, when it is not the address's.</param>
/// <param name="Insecure">Any certificate is taken.</param>
public sealed record ScrapeTls(string? CaFile = null, string? ServerName = null, bool Insecure = false);
