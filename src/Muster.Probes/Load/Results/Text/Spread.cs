namespace Muster.Probes.Load;

/// <summary>A histogram in rows for people: bounds of 1, 2 and 5 times a power of ten, merged to so many rows at most.</summary>
static class Spread
{
    /// <summary>Nanoseconds and counts, from the first row that holds something to the last; the rows between may be empty.</summary>
    public static List<(long From, long To, long Count)> Of(Latencies seen, int most)
    {
        var rows = new List<(long From, long To, long Count)>();
        if (seen.Count == 0) return rows;
        var buckets = seen.Buckets().ToList();
        var bounds = Bounds(seen.Least, seen.Greatest).ToList();
        // Too wide a range is told in powers of ten.
        if (bounds.Count - 1 > most) bounds = [.. bounds.Where(bound => bound == 0 || IsTen(bound))];
        if (bounds[^1] <= seen.Greatest) bounds.Add(bounds[^1] * 10);
        if (bounds[0] > seen.Least) bounds.Insert(0, bounds[0] >= 10 ? bounds[0] / 10 : 0);
        var next = 0;
        for (var i = 0; i + 1 < bounds.Count; i++)
        {
            long count = 0;
            // A bucket belongs to the row in which its middle lies.
            for (; next < buckets.Count && buckets[next].From + (buckets[next].To - buckets[next].From) / 2 < bounds[i + 1]; next++) count += buckets[next].Count;
            rows.Add((bounds[i], bounds[i + 1], count));
        }

        if (next < buckets.Count) rows[^1] = rows[^1] with { Count = rows[^1].Count + buckets.Skip(next).Sum(bucket => bucket.Count) };
        while (rows.Count > 1 && rows[0].Count == 0) rows.RemoveAt(0);
        while (rows.Count > 1 && rows[^1].Count == 0) rows.RemoveAt(rows.Count - 1);
        return rows;
    }

    static IEnumerable<long> Bounds(long least, long greatest)
    {
        if (least == 0) yield return 0;
        for (long ten = 1; ten <= 1_000_000_000_000_000; ten *= 10)
            foreach (var bound in (long[])[ten, ten * 2, ten * 5])
            {
                var after = bound == ten * 5 ? ten * 10 : bound == ten ? ten * 2 : ten * 5;
                if (after <= least) continue;
                yield return bound;
                if (bound > greatest) yield break;
            }
    }

    static bool IsTen(long number)
    {
        while (number >= 10 && number % 10 == 0) number /= 10;
        return number == 1;
    }
}
