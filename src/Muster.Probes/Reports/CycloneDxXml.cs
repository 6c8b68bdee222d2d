using Muster.Readiness;

namespace Muster.Probes;

/// <summary>CycloneDX as XML, read as it passes.</summary>
sealed class CycloneDxXml
{
    const string Space = "http://cyclonedx.org/schema/bom/";
    const int MostNames = 10_000;

    readonly Parts _parts = new();
    readonly Stack<string> _way = [];
    readonly Stack<Part> _open = [];
    readonly List<string?> _names = [];
    DateTimeOffset? _made;
    string? _tool, _toolVersion;
    bool _described, _author, _incomplete;
    int _vulnerabilities, _settled;

    public Report Read(ReportFile file, CancellationToken cancel)
    {
        using var xml = new XmlWalk(file, cancel);
        string? version = null;
        while (xml.Next())
        {
            version ??= Version(xml, file);
            if (xml.IsStart) Begin(xml);
            else End(xml);
        }

        var seen = _parts.Seen("XML", version!, _described, _author).With(("tool", _tool), ("tool_version", _toolVersion), ("vulnerabilities", _vulnerabilities), ("suppressed", _settled), ("incomplete", _incomplete));
        return new(seen, _parts.Count, _made) { Subjects = NamedDigests.In(_names) };
    }

    static string Version(XmlWalk xml, ReportFile file)
    {
        if (xml.Name != "bom" || !xml.Space.StartsWith(Space, StringComparison.Ordinal)) throw file.Wrong($"is no CycloneDX: it begins with <{xml.Name}>");
        var version = xml.Space[Space.Length..];
        return CycloneDxReport.Versions.Contains(version) ? version : throw file.Wrong($"is CycloneDX {Bounded.Start(version, 20)}; {CycloneDxReport.Versions[0]} to {CycloneDxReport.Versions[^1]} are read");
    }

    void Begin(XmlWalk xml)
    {
        if (xml.Name == "component") _open.Push(new(IsAbout));
        if (xml.Name == "swid" && _open.TryPeek(out var part)) part.Otherwise = true;
        if (xml.Name == "hash" && _open.TryPeek(out var hashed)) hashed.Algorithm = xml["alg"];
        if (xml.Name == "property" && IsAboutOpen) Name(xml["value"]);
        if (xml.Name == "vulnerability" && _way.TryPeek(out var list) && list == "vulnerabilities") _vulnerabilities++;
        if (xml.Name == "dependency" && _way.TryPeek(out var around) && around == "dependency" && _way.Count == 3) _parts.Links++;
        _way.Push(xml.Name);
    }

    bool IsAbout => _way.TryPeek(out var parent) && parent == "metadata";

    bool IsAboutOpen => _open.TryPeek(out var part) && part.IsAbout;

    void End(XmlWalk xml)
    {
        _way.Pop();
        var parent = _way.TryPeek(out var above) ? above : "";
        var text = xml.Text.Trim();
        switch (xml.Name, parent)
        {
            case ("timestamp", "metadata"): _made ??= ReportTime.Read(text, null); break;
            case ("name", "tool") or ("name", "component") when InTools && _tool is null: _tool = text; break;
            case ("version", "tool") or ("version", "component") when InTools && _toolVersion is null: _toolVersion = text; break;
            case ("author", "authors"): _author = true; break;
            case ("aggregate", "composition") when text.StartsWith("incomplete", StringComparison.Ordinal): _incomplete = true; break;
            case ("state", "analysis") when CycloneDxReport.IsSettled(text): _settled++; break;
        }

        if (InTools) _author = true;
        if (_open.TryPeek(out var part)) Within(part, xml.Name, parent, text);
        if (xml.Name == "component") Close(_open.Pop());
    }

    bool InTools => _way.Contains("tools");

    void Within(Part part, string name, string parent, string text)
    {
        switch (name, parent)
        {
            case ("name", "component"): part.Name = text.Length > 0 ? text : null; break;
            case ("version", "component"): part.Version = text.Length > 0 ? text : null; break;
            case ("purl", "component"): part.PackageUrl = text; break;
            case ("cpe", "component"): part.Otherwise = true; break;
            case ("publisher" or "author" or "supplier", "component"): part.Supplier = true; break;
            case ("license" or "expression", "licenses"): part.Licence = true; break;
            case ("hash", "hashes"):
                part.Otherwise = true;
                if (part.IsAbout && part.Algorithm == "SHA-256") Name(NamedDigests.Bare(text));
                break;
            case ("property", _) when part.IsAbout: Name(text); break;
        }
    }

    void Close(Part part)
    {
        if (part.IsAbout)
        {
            _described = true;
            Name(part.Name);
            Name(part.Version);
            Name(part.PackageUrl);
        }
        else if (!InTools) _parts.Add(part.Name, part.Version, part.PackageUrl, part.Otherwise, part.Licence, part.Supplier);
    }

    void Name(string? name)
    {
        if (_names.Count < MostNames) _names.Add(name);
    }

    sealed class Part(bool isAbout)
    {
        public bool IsAbout => isAbout;
        public string? Name { get; set; }
        public string? Version { get; set; }
        public string? PackageUrl { get; set; }
        public string? Algorithm { get; set; }
        public bool Otherwise { get; set; }
        public bool Licence { get; set; }
        public bool Supplier { get; set; }
    }
}
