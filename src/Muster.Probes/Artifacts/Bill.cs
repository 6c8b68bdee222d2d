using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A bill of materials (SBOM) as JSON, CycloneDX or SPDX, told apart by what it says itself.</summary>
sealed record Bill(string Format, string Version, ImmutableArray<BillPart> Parts, ImmutableArray<string> Subjects, string? Describes, DateTimeOffset? Made)
{
    const int MostParts = 500_000;

    /// <summary>Those of its parts that stand within others.</summary>
    public int Nested { get; init; }

    /// <summary>Files that it lists; they are no parts.</summary>
    public int Files { get; init; }

    /// <summary>Whether it says itself that it is not complete.</summary>
    public bool Incomplete { get; init; }

    public string? Tool { get; init; }

    public static async Task<Bill> Read(ReportFile file, CancellationToken cancel)
    {
        if (file.Beginning.TrimStart(" \t\r\n\uFEFF"u8).StartsWith("<"u8) || file.Beginning.StartsWith("SPDXVersion:"u8)) throw file.Wrong("is no JSON; other forms are read by the kinds cyclonedx and spdx");
        var root = await file.Json(cancel);
        if (root.At("bomFormat") is not null) return CycloneDx(root, file);
        if (root.At("spdxVersion") is not null) return Spdx(root, file);
        throw file.Wrong(root.At("@context") is not null || root.At("@graph") is not null
            ? "is JSON-LD, as SPDX 3 is written; CycloneDX and SPDX 2.3 are read, and most tools write those too" : "is neither CycloneDX nor SPDX: it has no \"bomFormat\" and no \"spdxVersion\"");
    }

    static Bill CycloneDx(Value root, ReportFile file)
    {
        if (root.Text("bomFormat") != "CycloneDX") throw file.Wrong("has a \"bomFormat\" that is not CycloneDX");
        var version = root.Text("specVersion") ?? "";
        if (!CycloneDxReport.Versions.Contains(version)) throw file.Wrong($"is CycloneDX {Bounded.Start(version, 20)}; {CycloneDxReport.Versions[0]} to {CycloneDxReport.Versions[^1]} are read");
        if (root.At("components") is not (null or Value.Items)) throw file.Wrong("has components that are no list");
        var about = root.At("metadata", "component");
        var parts = ImmutableArray.CreateBuilder<BillPart>();
        var (nested, files) = (0, 0);
        // What the thing itself holds is a part as well as what stands beside it.
        Add(about, false);
        Add(root, false);
        return new("CycloneDX", version, parts.DrainToImmutable(), CycloneDxReport.Subjects(about), Called(about.Text("name"), about.Text("version")), root.Time("metadata", "timestamp"))
        {
            Nested = nested,
            Files = files,
            Incomplete = root.Items("compositions").Any(one => one.Text("aggregate") is { } says && says.StartsWith("incomplete", StringComparison.Ordinal)),
            Tool = CycloneDxReport.Tool(root) is { } tool ? Called(tool.Text("name"), tool.Text("version")) : null,
        };

        // The reader of JSON has bounded how deep.
        void Add(Value? of, bool within)
        {
            foreach (var part in of.Items("components"))
            {
                if (part.Text("type") == "file") files++;
                else
                {
                    if (parts.Count == MostParts) throw new Unseen(Blind.TooLarge, $"{file.Name} names more than {MostParts} parts");
                    parts.Add(new(part.Text("name"), part.Text("version"), part.Text("purl"), part.At("cpe") is not null || part.At("swid") is not null || part.Items("hashes").Length > 0,
                        [.. part.Items("licenses").Select(one => one.Text("expression") ?? one.Text("license", "id") ?? one.Text("license", "name")).Where(Known)!]));
                    if (within) nested++;
                }

                Add(part, true);
            }
        }
    }

    static Bill Spdx(Value root, ReportFile file)
    {
        var version = root.Text("spdxVersion") ?? "";
        if (!SpdxReport.Versions.Contains(version)) throw file.Wrong($"is {Bounded.Start(version, 20)}; {string.Join(" and ", SpdxReport.Versions)} are read");
        if (root.At("packages") is not (null or Value.Items)) throw file.Wrong("has packages that are no list");
        if (root.Items("packages").Length > MostParts) throw new Unseen(Blind.TooLarge, $"{file.Name} names more than {MostParts} parts");
        var described = SpdxReport.Described(root);
        var about = new List<Value>();
        var parts = ImmutableArray.CreateBuilder<BillPart>();
        foreach (var package in root.Items("packages"))
        {
            if (package.Text("SPDXID") is { } id && described.Contains(id))
            {
                about.Add(package);
                continue;
            }

            var references = package.Items("externalRefs");
            var license = package.Text("licenseConcluded") is { } concluded && Known(concluded) ? concluded : package.Text("licenseDeclared");
            parts.Add(new(package.Text("name"), SpdxReport.Says(package.Text("versionInfo")) ? package.Text("versionInfo") : null, SpdxReport.Locator(references, "purl"),
                SpdxReport.Locator(references, "cpe") is not null || SpdxReport.Locator(references, "swid") is not null || package.Items("checksums").Length > 0, Known(license) ? [license!] : []));
        }

        var tool = root.Items("creationInfo", "creators").Select(one => one.Text()).OfType<string>().FirstOrDefault(one => one.StartsWith("Tool:", StringComparison.Ordinal));
        return new("SPDX", version["SPDX-".Length..], parts.DrainToImmutable(), SpdxReport.Subjects(about), about.Count == 0 ? null : Called(about[0].Text("name"), about[0].Text("versionInfo")), root.Time("creationInfo", "created"))
        {
            Files = root.Items("files").Length,
            Tool = tool?["Tool:".Length..].Trim(),
        };
    }

    /// <summary>That nobody looked, or that there is none, is no licence.</summary>
    static bool Known(string? license) => license is not null && !license.Equals("NOASSERTION", StringComparison.OrdinalIgnoreCase) && !license.Equals("NONE", StringComparison.OrdinalIgnoreCase) && !string.IsNullOrWhiteSpace(license);

    static string? Called(string? name, string? version) => name is null ? null : Bounded.Start(version is null ? name : $"{name} {version}", 300);
}
