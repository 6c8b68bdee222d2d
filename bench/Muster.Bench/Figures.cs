namespace Muster.Bench;

/// <summary>All figures, in the order of docs/performance.md.</summary>
static class Figures
{
    /// <summary>What is promised, or what a reader would ask for, beside a peer where one can be had.</summary>
    public static readonly IReadOnlyList<Contest> Contests =
    [
        .. ExecutableFigures.All,
        .. ProbeFigures.All,
        .. LoadFigures.All,
        .. MixedFigures.All,
        .. SecretFigures.All,
        .. RestoreFigures.All,
        .. CrashFigures.All,
        .. ProxyFigures.All,
        .. VerdictFigures.All,
        .. LedgerFigures.All,
        .. Telemetry.IntakeFigures.All,
        .. Telemetry.OtlpFigures.All,
        .. Telemetry.QueryFigures.All,
        .. Telemetry.RestFigures.All,
        .. Telemetry.RestartFigures.All,
        .. Telemetry.ChunkFigures.All,
    ];

    /// <summary>What everything passes through, watched so that a change shows.</summary>
    public static readonly IReadOnlyList<Figure> Parts =
    [
        .. BytesFigures.All,
    ];
}
