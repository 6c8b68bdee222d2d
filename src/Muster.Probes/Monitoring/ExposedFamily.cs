namespace Muster.Probes;

/// <summary>A family of metrics, and which names its samples may have by its type.</summary>
sealed class ExposedFamily(string name)
{
    public static readonly string[] ClassicTypes = ["counter", "gauge", "histogram", "summary", "untyped"];
    public static readonly string[] OpenTypes = ["counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset", "unknown"];

    public string Name => name;

    public string? Type { get; set; }

    public bool HasHelp { get; set; }

    public List<ExposedSample> Samples { get; } = [];

    /// <summary>What may follow the family's name in the name of a sample.</summary>
    public string[] Suffixes(bool openMetrics) => (Type, openMetrics) switch
    {
        ("counter", true) => ["_total", "_created"],
        ("histogram", true) => ["_bucket", "_count", "_sum", "_created"],
        ("histogram", false) => ["_bucket", "_count", "_sum"],
        ("gaugehistogram", _) => ["_bucket", "_gcount", "_gsum"],
        ("summary", true) => ["", "_count", "_sum", "_created"],
        ("summary", false) => ["", "_count", "_sum"],
        ("info", _) => ["_info"],
        _ => [""],
    };

    /// <summary>Whether a sample only ever rises.</summary>
    public bool Counts(ExposedSample sample) => Type switch
    {
        "counter" => !sample.Name.EndsWith("_created", StringComparison.Ordinal) || sample.Name == name,
        "histogram" => sample.Name == name + "_bucket" || sample.Name == name + "_count",
        "summary" => sample.Name == name + "_count",
        _ => false,
    };
}
