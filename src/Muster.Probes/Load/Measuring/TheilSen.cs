namespace Muster.Probes.Load;

/// <summary>
/// The Theil-Sen slope of a series: the median of the slopes between all pairs of points, which a third of wild points does not move; its bound is that of P. K. Sen, "Estimates of the regression
/// coefficient based on Kendall's tau", J. Am. Stat. Assoc. 63, 1968.
/// </summary>
static class TheilSen
{
    /// <summary>More points are thinned to medians of neighbours: pairs grow with the square.</summary>
    const int MostPoints = 600;

    const double Z = 1.6448536269514722;

    /// <param name="points">x in any unit, ascending.</param>
    /// <returns>The slope and the one-sided 95 % bound by which it may be steeper; null with fewer than four points that differ in x.</returns>
    public static (double Slope, double Upper)? Of(IReadOnlyList<(double X, double Y)> points)
    {
        points = Thinned(points);
        var n = points.Count;
        if (n < 4) return null;
        var slopes = new List<double>(n * (n - 1) / 2);
        for (var i = 0; i < n; i++)
            for (var j = i + 1; j < n; j++)
                if (points[j].X != points[i].X) slopes.Add((points[j].Y - points[i].Y) / (points[j].X - points[i].X));
        if (slopes.Count < 6) return null;
        slopes.Sort();
        var median = slopes.Count % 2 == 1 ? slopes[slopes.Count / 2] : (slopes[slopes.Count / 2 - 1] + slopes[slopes.Count / 2]) / 2;
        // Kendall's statistic over n points has this variance where nothing drifts; ties make it less, which only widens the bound.
        var spread = Z * Math.Sqrt(n * (n - 1.0) * (2.0 * n + 5) / 18);
        var rank = (int)Math.Ceiling((slopes.Count + spread) / 2);
        return (median, slopes[Math.Clamp(rank, 0, slopes.Count - 1)]);
    }

    static IReadOnlyList<(double X, double Y)> Thinned(IReadOnlyList<(double X, double Y)> points)
    {
        if (points.Count <= MostPoints) return points;
        var size = (points.Count + MostPoints - 1) / MostPoints;
        return [.. points.Chunk(size).Select(chunk => (Median(chunk.Select(point => point.X)), Median(chunk.Select(point => point.Y))))];
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
