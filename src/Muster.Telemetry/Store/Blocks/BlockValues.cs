using System.Text;
using Muster.Telemetry.Store.Index;

namespace Muster.Telemetry.Store.Blocks;

/// <summary>The values of one label in a block: sorted by their bytes.</summary>
sealed class BlockValues(BlockIndex index, int first, int end) : ILabelValues
{
    int[]? _any;

    public int Count => end - first;

    public ReadOnlySpan<int> Any => _any ??= All();

    public string Value(int at) => index.LabelOf(first + at).Value;

    public int Find(string value)
    {
        var at = LowerBound(Encoding.UTF8.GetBytes(value));
        return at < Count && Value(at) == value ? at : -1;
    }

    public ReadOnlySpan<int> Series(int at) => index.Postings(first + at);

    public int SeriesCount(int at) => index.PostingCount(first + at);

    public (int First, int End) WithPrefix(string prefix)
    {
        var bytes = Encoding.UTF8.GetBytes(prefix);
        var from = LowerBound(bytes);
        // Behind everything with this beginning: no byte of UTF-8 is 0xff.
        return (from, LowerBound([.. bytes, 0xff]));
    }

    int LowerBound(ReadOnlySpan<byte> value)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (index.ValueBytes(first + middle).SequenceCompareTo(value) < 0) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    int[] All()
    {
        var all = new List<int>();
        for (var at = 0; at < Count; at++) all.AddRange(index.Postings(first + at));
        all.Sort();
        return [.. all];
    }
}
