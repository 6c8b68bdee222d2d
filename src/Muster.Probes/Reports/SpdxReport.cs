using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>An SPDX 2.2 or 2.3 list of parts, as JSON or as tags and values. SPDX 3 is another format, and is told from a broken file.</summary>
static class SpdxReport
{
    public static readonly string[] Versions = ["SPDX-2.2", "SPDX-2.3"];

    public static async Task<Report> Read(ReportFile file, Given given, ProbeContext context, CancellationToken cancel)
    {
        if (file.Beginning.IndexOf("SPDXVersion:"u8) is >= 0 and < 64 || file.Beginning.StartsWith("#"u8)) return Read(SpdxTags.Read(await file.Whole(ReportFile.MostWhole, cancel), file), file, "tag-value");
        if (file.Beginning.TrimStart(" \t\r\n"u8).StartsWith("<"u8)) throw file.Wrong("is XML (RDF); SPDX is read as JSON or tag-value");
        return Read(await file.Json(cancel), file, "JSON");
    }

    static Report Read(Value root, ReportFile file, string format)
    {
        if (root.At("@context") is not null || root.At("@graph") is not null) throw file.Wrong("is JSON-LD, as SPDX 3 is written; SPDX 2.2 and 2.3 are read, and most tools write those too");
        var version = root.Text("spdxVersion") ?? throw file.Wrong("is no SPDX: it names no spdxVersion");
        if (!Versions.Contains(version)) throw file.Wrong($"is {Bounded.Start(version, 20)}; SPDX-2.2 and SPDX-2.3 are read");
        var relations = root.Items("relationships");
        var described = Described(root);
        var parts = new Parts { Links = relations.Where(one => one.Text("relationshipType") is { } type && type.Contains("DEPENDS_ON", StringComparison.Ordinal)).Select(one => one.Text("spdxElementId")).Distinct().Count() };
        var about = new List<Value>();
        foreach (var package in root.Items("packages"))
            if (package.Text("SPDXID") is { } id && described.Contains(id)) about.Add(package);
            else Add(package, parts);
        var creators = root.Items("creationInfo", "creators").Select(one => one.Text()).OfType<string>().ToList();
        var tool = creators.Find(one => one.StartsWith("Tool:", StringComparison.Ordinal))?["Tool:".Length..].Trim();
        return new(parts.Seen(format, version, about.Count > 0, creators.Count > 0).With(("tool", tool)), parts.Count, root.Time("creationInfo", "created")) { Subjects = Subjects(about) };
    }

    /// <summary>The identifiers of the packages that it is the list of.</summary>
    public static HashSet<string> Described(Value root) => root.Items("documentDescribes").Select(one => one.Text()).OfType<string>()
        .Concat(root.Items("relationships").Where(one => one.Text("relationshipType") == "DESCRIBES").Select(one => one.Text("relatedSpdxElement")).OfType<string>())
        .Concat(root.Items("relationships").Where(one => one.Text("relationshipType") == "DESCRIBED_BY").Select(one => one.Text("spdxElementId")).OfType<string>()).ToHashSet(StringComparer.Ordinal);

    static void Add(Value package, Parts parts)
    {
        var references = package.Items("externalRefs");
        parts.Add(package.Text("name"), package.Text("versionInfo"), Locator(references, "purl"), Locator(references, "cpe") is not null || Locator(references, "swid") is not null || package.Items("checksums").Length > 0,
            Says(package.Text("licenseConcluded")) || Says(package.Text("licenseDeclared")), Says(package.Text("supplier")) || Says(package.Text("originator")));
    }

    public static string? Locator(ImmutableArray<Value> references, string type) =>
        references.FirstOrDefault(one => one.Text("referenceType") is { } kind && kind.StartsWith(type, StringComparison.OrdinalIgnoreCase)).Text("referenceLocator");

    public static bool Says(string? text) => text is not (null or "NOASSERTION" or "NONE");

    /// <summary>Of several packages that it describes, each digest counts: it is the list of all of them.</summary>
    public static ImmutableArray<string> Subjects(List<Value> about) => NamedDigests.In(about.SelectMany(package => (string?[])
    [
        package.Text("versionInfo"), package.Text("name"), package.Text("downloadLocation"), Locator(package.Items("externalRefs"), "purl"),
        .. package.Items("checksums").Where(one => one.Text("algorithm") == "SHA256").Select(one => NamedDigests.Bare(one.Text("checksumValue"))),
    ]));
}
