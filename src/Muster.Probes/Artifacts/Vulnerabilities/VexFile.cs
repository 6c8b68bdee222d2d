using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A file of VEX statements: OpenVEX, or a CycloneDX document with the analyses of vulnerabilities.</summary>
static class VexFile
{
    const int MostStatements = 20_000;

    /// <returns>The statements that are dated, no later than now; and how many are not.</returns>
    public static (ImmutableArray<VexStatement> Statements, int Undated) Read(Value root, ReportFile file, DateTimeOffset now)
    {
        var all = root.Text("bomFormat") == "CycloneDX" ? CycloneDx(root)
            : Context(root).StartsWith("https://openvex.dev/ns", StringComparison.Ordinal) ? OpenVex(root, file)
            : throw file.Wrong("is neither OpenVEX (\"@context\": \"https://openvex.dev/ns/…\") nor CycloneDX");
        if (all.Count > MostStatements) throw new Unseen(Blind.TooLarge, $"{file.Name} has more than {MostStatements} statements");
        ImmutableArray<VexStatement> dated = [.. all.Where(one => one.At is { } at && at <= now).Select(one => one.Statement with { At = one.At!.Value })];
        return (dated, all.Count - dated.Length);
    }

    static string Context(Value root) => root.Text("@context") ?? root.Items("@context").Select(one => one.Text()).FirstOrDefault(one => one is not null) ?? "";

    static List<(VexStatement Statement, DateTimeOffset? At)> OpenVex(Value root, ReportFile file)
    {
        if (root.At("statements") is not Value.Items) throw file.Wrong("is OpenVEX without statements");
        var of = root.Time("timestamp");
        return [.. root.Items("statements").Select(one =>
        {
            var vulnerability = one.At("vulnerability");
            var why = one.Text("justification") ?? one.Text("impact_statement");
            var status = one.Text("status") ?? "";
            return (new VexStatement([.. ((string?[])[vulnerability.Text(), vulnerability.Text("name"), .. vulnerability.Items("aliases").Select(id => id.Text())]).OfType<string>()],
                [.. one.Items("products").Select(product => Product(product, outer: true))], status, why ?? one.Text("status_notes"), default, status != "not_affected" || why is not null),
                one.Time("last_updated") ?? one.Time("timestamp") ?? of);
        })];
    }

    /// <summary>A product is a map, or in the first versions its identifier alone.</summary>
    static VexProduct Product(Value one, bool outer)
    {
        string?[] names = [one.Text(), one.Text("@id"), one.Text("identifiers", "purl")];
        return new([.. NamedDigests.In(names), .. ((string?[])[NamedDigests.Bare(one.Text("hashes", "sha-256"))]).OfType<string>()],
            [.. names.OfType<string>().Where(name => name.StartsWith("pkg:", StringComparison.Ordinal))], outer ? [.. one.Items("subcomponents").Select(inner => Product(inner, outer: false))] : []);
    }

    static List<(VexStatement Statement, DateTimeOffset? At)> CycloneDx(Value root)
    {
        var made = root.Time("metadata", "timestamp");
        var about = root.At("metadata", "component");
        var itself = new VexProduct(CycloneDxReport.Subjects(about), [], []);
        var known = new Dictionary<string, VexProduct>(StringComparer.Ordinal);
        if (about.Text("bom-ref") is { } own) known[own] = itself;
        foreach (var part in root.Items("components"))
            if (part.Text("bom-ref") is { } reference && part.Text("purl") is { } url) known[reference] = new(itself.Digests, [], [new([], [url], [])]);
        return [.. root.Items("vulnerabilities").Select(one =>
        {
            var state = one.Text("analysis", "state");
            var why = one.Text("analysis", "justification") ?? one.Text("analysis", "detail");
            var status = state is "not_affected" or "false_positive" ? "not_affected" : CycloneDxReport.IsSettled(state) ? "fixed" : "affected";
            return (new VexStatement([.. ((string?[])[one.Text("id"), .. one.Items("references").Select(other => other.Text("id"))]).OfType<string>()],
                [.. one.Items("affects").Select(affected => affected.Text("ref")).OfType<string>().Select(reference => known.TryGetValue(reference, out var there) ? there : new VexProduct(NamedDigests.In([reference]), reference.StartsWith("pkg:", StringComparison.Ordinal) ? [reference] : [], []))],
                status, why, default, status != "not_affected" || why is not null),
                one.Time("analysis", "lastUpdated") ?? one.Time("updated") ?? made);
        })];
    }
}
