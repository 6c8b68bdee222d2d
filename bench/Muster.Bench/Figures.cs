namespace Muster.Bench;

/// <summary>All figures, in the order of docs/performance.md.</summary>
static class Figures
{
    public static readonly IReadOnlyList<Figure> All =
    [
        .. BytesFigures.All,
    ];

    /// <summary>Figures that are promised and that nothing measures yet; a line moves to <see cref="All"/> when its rooms are there.</summary>
    public static readonly IReadOnlyList<(string Name, string Goal)> NotYet =
    [
        ("muster version, process start to exit", "≤ 50 ms"),
        ("cold check of 50 controls on loopback, ledger written", "≤ 500 ms"),
        ("HTTP probes, one core, evidence kept", "≥ 3× prometheus-blackbox-exporter"),
        ("TLS 1.3 probes, one core", "≥ 1,400/s"),
        ("verdict over 10,000 controls and 1,000,000 entries, folded", "≤ 100 ms"),
        ("verdict over 10,000 controls and 1,000,000 entries, cold from disk", "–"),
        ("certificate verification, process start to exit", "≤ 200 ms"),
        ("durable appends, one by one", "≥ 6,000/s"),
        ("durable appends, groups of 64", "≥ 100,000/s"),
        ("opening a ledger of 1,000,000 entries", "–"),
    ];
}
