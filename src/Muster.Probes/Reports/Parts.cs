using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What a list of parts (an SBOM) names, whichever format it is in.</summary>
sealed class Parts
{
    readonly List<string> _unidentified = [];
    int _parts, _withVersion, _withPackageUrl, _withLicence, _withSupplier;

    public int Count => _parts;

    public int Links { get; set; }

    public void Add(string? name, string? version, string? packageUrl, bool otherwiseIdentified, bool licence, bool supplier)
    {
        _parts++;
        if (version is not null) _withVersion++;
        if (packageUrl is not null) _withPackageUrl++;
        if (licence) _withLicence++;
        if (supplier) _withSupplier++;
        if ((packageUrl is not null || otherwiseIdentified) && name is not null) return;
        Unidentified++;
        if (_unidentified.Count < 100) _unidentified.Add(Bounded.Start(name ?? "(without a name)", 200));
    }

    public int Unidentified { get; private set; }

    public Value.Fields Seen(string format, string version, bool described, bool author) => Value.Of(("format", format), ("format_version", version), ("components", _parts), ("described", described), ("author", author),
        ("links", Links), ("unidentified", Unidentified), ("unidentified_components", ReportWords.Some(_unidentified)), ("with_version", Share(_withVersion)), ("with_purl", Share(_withPackageUrl)),
        ("with_license", Share(_withLicence)), ("with_supplier", Share(_withSupplier)));

    double Share(int of) => _parts == 0 ? 0 : (double)of / _parts;

    public static Field[] Fields =>
    [
        new("format", Shape.Text, "How it is written: JSON, XML or tag-value."),
        new("format_version", Shape.Text, "The version of the specification that it names."),
        new("components", Shape.Number, "Parts that it names, those within others included, the thing itself not."),
        new("described", Shape.Truth, "Whether it says what it is the list of."),
        new("author", Shape.Truth, "Whether it says who or what made it."),
        new("links", Shape.Number, "Parts of which it says what they need."),
        new("unidentified", Shape.Number, "Parts without a name, or without any of package URL, CPE, SWID and hash."),
        new("unidentified_components", Shape.List, "The first of them."),
        new("with_version", Shape.Percentage, "The share of parts with a version."),
        new("with_purl", Shape.Percentage, "The share with a package URL."),
        new("with_license", Shape.Percentage, "The share with a licence."),
        new("with_supplier", Shape.Percentage, "The share with a supplier."),
    ];
}
