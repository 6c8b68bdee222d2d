using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>SPDX as tags and values, as the same tree that its JSON is: the few tags that are asked for.</summary>
static class SpdxTags
{
    const int MostPackages = 200_000;

    public static Value Read(byte[] bytes, ReportFile file)
    {
        string text;
        try { text = new UTF8Encoding(false, true).GetString(bytes); }
        catch (DecoderFallbackException broken) { throw new Unseen(Blind.Unreadable, $"{file.Name} is not UTF-8", broken); }
        var document = new Dictionary<string, Value>(StringComparer.Ordinal);
        var packages = new List<Dictionary<string, Value>>();
        var (relations, creators, inFile, created) = (new List<Value>(), new List<Value>(), false, (string?)null);
        foreach (var (tag, value) in Pairs(text))
        {
            var package = inFile || packages.Count == 0 ? null : packages[^1];
            switch (tag)
            {
                case "SPDXVersion": document["spdxVersion"] = value; break;
                case "Creator": creators.Add(value); break;
                case "Created": created ??= value; break;
                case "Relationship" when value.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var from, var type, var to, ..]:
                    relations.Add(Value.Of(("spdxElementId", from), ("relationshipType", type), ("relatedSpdxElement", to)));
                    break;
                case "PackageName":
                    if (packages.Count >= MostPackages) throw new Unseen(Blind.TooLarge, $"{file.Name} has more than {MostPackages} packages");
                    packages.Add(new() { ["name"] = value });
                    inFile = false;
                    break;
                case "FileName" or "SnippetSPDXID": inFile = true; break;
                case "SPDXID" when package is not null: package["SPDXID"] = value; break;
                case "PackageVersion" when package is not null: package["versionInfo"] = value; break;
                case "PackageSupplier" when package is not null: package["supplier"] = value; break;
                case "PackageDownloadLocation" when package is not null: package["downloadLocation"] = value; break;
                case "PackageLicenseConcluded" when package is not null: package["licenseConcluded"] = value; break;
                case "PackageLicenseDeclared" when package is not null: package["licenseDeclared"] = value; break;
                case "PackageChecksum" when package is not null && value.Split(':', 2) is [var algorithm, var sum]:
                    Grow(package, "checksums", Value.Of(("algorithm", algorithm.Trim()), ("checksumValue", sum.Trim())));
                    break;
                case "ExternalRef" when package is not null && value.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries) is [_, var type, var locator]:
                    Grow(package, "externalRefs", Value.Of(("referenceType", type), ("referenceLocator", locator)));
                    break;
            }
        }

        document["creationInfo"] = Value.Of(("creators", Value.List(creators)), ("created", created));
        document["packages"] = Value.List(packages.Select(package => (Value)new Value.Fields(package)));
        document["relationships"] = Value.List(relations);
        return new Value.Fields(document);
    }

    static void Grow(Dictionary<string, Value> package, string list, Value one) =>
        package[list] = Value.List(package.TryGetValue(list, out var before) && before is Value.Items items && items.Are.Length < 100 ? items.Are.Add(one) : [one]);

    /// <summary>A value may go over several lines between &lt;text&gt; and &lt;/text&gt;; none that is asked for does, so those are passed over.</summary>
    static IEnumerable<(string Tag, string Value)> Pairs(string text)
    {
        using var lines = new StringReader(text);
        for (var inText = false; lines.ReadLine() is { } line;)
        {
            var begins = line.Contains("<text>", StringComparison.Ordinal);
            var ends = line.Contains("</text>", StringComparison.Ordinal);
            if (inText || begins && !ends)
            {
                inText = !ends;
                continue;
            }

            if (line.StartsWith('#') || line.IndexOf(':', StringComparison.Ordinal) is not (> 0 and var colon)) continue;
            yield return (line[..colon].Trim(), line[(colon + 1)..].Trim());
        }
    }
}
