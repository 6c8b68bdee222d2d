using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A CycloneDX list of parts, JSON or XML; what they have in common ends here.</summary>
static class CycloneDxReport
{
    public static readonly string[] Versions = ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"];

    public static async Task<Report> Read(ReportFile file, Given given, ProbeContext context, CancellationToken cancel)
    {
        if (IsXml(file.Beginning)) return await Task.Run(() => new CycloneDxXml().Read(file, cancel), cancel);
        var root = await file.Json(cancel);
        if (root.Text("bomFormat") != "CycloneDX") throw file.Wrong("is no CycloneDX: it has no \"bomFormat\": \"CycloneDX\"");
        var version = root.Text("specVersion") ?? "";
        if (!Versions.Contains(version)) throw file.Wrong($"is CycloneDX {Bounded.Start(version, 20)}; {Versions[0]} to {Versions[^1]} are read");
        var parts = new Parts { Links = root.Items("dependencies").Count(one => one.Items("dependsOn").Length > 0) };
        Add(root, parts);
        var (vulnerabilities, settled) = (root.Items("vulnerabilities"), root.Items("vulnerabilities").Count(one => IsSettled(one.Text("analysis", "state"))));
        var about = root.At("metadata", "component");
        var seen = parts.Seen("JSON", version, about is not null, Tool(root) is not null || root.Items("metadata", "authors").Length > 0)
            .With(("tool", Tool(root).Text("name")), ("tool_version", Tool(root).Text("version")), ("vulnerabilities", vulnerabilities.Length), ("suppressed", settled),
                ("incomplete", root.Items("compositions").Any(one => one.Text("aggregate") is { } says && says.StartsWith("incomplete", StringComparison.Ordinal))));
        return new(seen, parts.Count, root.Time("metadata", "timestamp"))
        {
            Subjects = Subjects(about),
        };
    }

    /// <summary>The digests by which it names what it is the list of.</summary>
    public static ImmutableArray<string> Subjects(Value? about) => NamedDigests.In(
    [
        about.Text("version"), about.Text("purl"), about.Text("bom-ref"), about.Text("name"), .. about.Items("properties").Select(one => one.Text("value")),
        .. about.Items("hashes").Where(one => one.Text("alg") == "SHA-256").Select(one => NamedDigests.Bare(one.Text("content"))),
    ]);

    /// <summary>What somebody judged to be no vulnerability here.</summary>
    public static bool IsSettled(string? state) => state is "not_affected" or "false_positive" or "resolved" or "resolved_with_pedigree";

    static bool IsXml(ReadOnlySpan<byte> beginning)
    {
        if (beginning.StartsWith("\uFEFF"u8)) beginning = beginning[3..];
        return beginning.TrimStart(" \t\r\n"u8).StartsWith("<"u8) || beginning is [0xff, 0xfe, ..] or [0xfe, 0xff, ..];
    }

    public static Value? Tool(Value root) => root.Items("metadata", "tools", "components").Concat(root.Items("metadata", "tools")).Concat(root.Items("metadata", "tools", "services")).FirstOrDefault();

    /// <summary>Those within others too; the reader of JSON has bounded how deep.</summary>
    static void Add(Value of, Parts parts)
    {
        foreach (var part in of.Items("components"))
        {
            parts.Add(part.Text("name"), part.Text("version"), part.Text("purl"), part.At("cpe") is not null || part.At("swid") is not null || part.Items("hashes").Length > 0, part.Items("licenses").Length > 0,
                part.At("supplier") is not null || part.Text("publisher") is not null || part.Text("author") is not null);
            Add(part, parts);
        }
    }
}
