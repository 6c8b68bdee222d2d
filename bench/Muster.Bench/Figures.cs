namespace Muster.Bench;

/// <summary>All figures, in the order of docs/performance.md.</summary>
static class Figures
{
    public static readonly IReadOnlyList<Figure> All =
    [
        .. BytesFigures.All,
    ];
}
