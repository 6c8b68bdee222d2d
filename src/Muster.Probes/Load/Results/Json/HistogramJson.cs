using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>
/// <c>{ unit: "ns", buckets: [[from, to, count], …], count, least, greatest, sum }</c>: only buckets that hold something, in order, <c>to</c> being the first value beyond. Read back it is the same
/// histogram; whatever does not fit together is refused.
/// </summary>
static class HistogramJson
{
    const int MostBuckets = 40_000;

    public static Value Of(Latencies seen)
    {
        var histogram = Value.Of(
            ("unit", "ns"), ("count", seen.Count), ("sum", Number(seen.ExactSum)),
            ("buckets", Value.List(seen.Buckets().Select(bucket => (Value)Value.List([bucket.From, bucket.To, bucket.Count])))));
        return seen.Count == 0 ? histogram : histogram.With("least", seen.Least).With("greatest", seen.Greatest);
    }

    /// <summary>Into an empty histogram.</summary>
    public static void Read(JsonAt at, Latencies into)
    {
        if (at["unit"].Text != "ns") throw at["unit"].Wrong("is not ns");
        var (first, last) = ((From: 0L, To: 0L), (From: -1L, To: 0L));
        foreach (var bucket in at["buckets"].Items(MostBuckets))
        {
            var numbers = bucket.Items(3).Select(number => number.Few).ToArray();
            if (numbers.Length != 3) throw bucket.Wrong("is not [from, to, count]");
            if (numbers[0] <= last.From) throw bucket.Wrong("is not after the one before it");
            if (!into.Restore(numbers[0], numbers[1], numbers[2])) throw bucket.Wrong("is no bucket of this histogram, or an empty one");
            last = (numbers[0], numbers[1]);
            if (first.To == 0) first = last;
        }

        if (at["count"].Few != into.Count) throw at["count"].Wrong($"is not the sum of its buckets, {into.Count}");
        if (into.Count == 0) return;
        var (least, greatest, sum) = (at["least"].Count, at["greatest"].Count, at["sum"].Whole);
        if (least < first.From || least >= first.To && first.To != Latencies.Beyond) throw at["least"].Wrong("is not in the first bucket");
        if (greatest < last.From || greatest < least || greatest >= last.To && last.To != Latencies.Beyond) throw at["greatest"].Wrong("is not in the last bucket");
        if (sum < (Int128)least * into.Count || sum > (Int128)greatest * into.Count) throw at["sum"].Wrong("is not between the least and the greatest times the count");
        into.Restore(least, greatest, sum);
    }

    static Value Number(Int128 sum) => sum <= 9007199254740992 ? (double)sum : sum.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
