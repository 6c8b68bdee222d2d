namespace Muster.Probes.Load;

/// <summary>Percentiles, the corrected beside the uncorrected, and how they are spread.</summary>
static class LatencyLines
{
    const int Cell = 9;
    const int MostRows = 14;
    public static readonly (string Name, double Share)[] Shares = [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99), ("p99.9", 0.999)];

    public static void Add(Painted to, LoadResult result)
    {
        var (corrected, uncorrected) = (result.All.Latency, result.All.Service);
        if (corrected.Count == 0) return;
        to.Line().Add("  ").Add("latency".PadRight(13), Paint.Faint);
        foreach (var name in (string[])["min", "mean", .. Shares.Select(share => share.Name), "max"]) to.Add(name.PadLeft(Cell), Paint.Faint);
        to.Line();
        Row(to, "corrected", corrected, Paint.Strong);
        if (uncorrected.Count > 0) Row(to, "uncorrected", uncorrected, Paint.Faint);
        to.Add("  ").Add(new string(' ', 13)).Wrapped(
            $"n {LoadWords.Number(corrected.Count)}{to.Dot}corrected is from the intended start, uncorrected from the first byte sent" +
            (Shares.Any(share => corrected.Count < TrendJudge.Needed(share.Share)) ? $"{to.Dot}~ has fewer than 10 samples beyond it" : ""), 15, Paint.Faint);
        Bars(to, corrected);
    }

    static void Row(Painted to, string name, Latencies seen, Paint paint)
    {
        to.Add("  ").Add(name.PadRight(13));
        to.Add(Time(seen.Least), paint).Add(Time((long)seen.Mean), paint);
        foreach (var (_, share) in Shares) to.Add(((seen.Count < TrendJudge.Needed(share) ? "~" : "") + LoadWords.Nanoseconds(seen.Quantile(share))).PadLeft(Cell), paint);
        to.Add(Time(seen.Greatest), paint).Line();
    }

    static string Time(long nanoseconds) => LoadWords.Nanoseconds(nanoseconds).PadLeft(Cell);

    static void Bars(Painted to, Latencies seen)
    {
        var rows = Spread.Of(seen, MostRows);
        if (rows.Count < 2) return;
        to.Line();
        var (most, width) = (rows.Max(row => row.Count), Math.Min(50, to.Columns - 48));
        foreach (var (from, until, count) in rows)
        {
            to.Add("  ").Add($"{LoadWords.Nanoseconds(from),9} to {LoadWords.Nanoseconds(until),7}", Paint.Faint).Add("  ")
                .Add(Bar((double)count / most, width, to.Unicode).PadRight(width)).Add($"  {LoadWords.Percent((double)count / seen.Count),8}").Add($"  {LoadWords.Number(count)}", Paint.Faint).Line();
        }
    }

    /// <summary>In eighths of a column; whatever is there at all is seen.</summary>
    static string Bar(double share, int width, bool unicode)
    {
        if (share <= 0 || width <= 0) return "";
        if (!unicode) return new string('#', Math.Max(1, (int)Math.Round(share * width)));
        var eighths = Math.Max(1, (int)Math.Round(share * width * 8));
        return new string('█', eighths / 8) + (eighths % 8 == 0 ? "" : "▏▎▍▌▋▊▉"[eighths % 8 - 1].ToString());
    }
}
