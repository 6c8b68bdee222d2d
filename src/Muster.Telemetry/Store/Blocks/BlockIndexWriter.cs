using System.Collections.Immutable;
using Muster.Telemetry.Store.Disk;
using Muster.Telemetry.Store.Head;

namespace Muster.Telemetry.Store.Blocks;

/// <summary>
/// Gathers the index of a block. Its parts, all little endian: counts of pairs, names and series; where each pair, each pair's series, each name's
/// first pair and each series begins; the pairs (a label and its value, as a series key has them), sorted by the name's and then the value's bytes;
/// for each pair its series as LEB128 steps; for each series its pairs as steps, and its chunks.
/// </summary>
sealed class BlockIndexWriter
{
    readonly KeyTable _pairs = new();
    readonly Bytes _series = new();
    readonly List<int> _seriesEnds = [];
    readonly List<int> _pairIds = [];
    readonly List<int> _chunkAt = [];

    public int Series => _seriesEnds.Count;

    public void Add(ReadOnlySpan<byte> key, List<ChunkEntry> chunks)
    {
        var left = key;
        var labels = new KeyReader(key);
        var start = _pairIds.Count;
        while (labels.Next())
        {
            var length = LabelLength(labels.Name.Length) + LabelLength(labels.Value.Length);
            var pair = left[..length];
            left = left[length..];
            var hash = KeyHash.Of(pair);
            var at = _pairs.Find(pair, hash);
            _pairIds.Add(at >= 0 ? at : _pairs.Add(pair, hash));
        }

        _seriesEnds.Add(_pairIds.Count);
        _chunkAt.Add(_series.Length);
        _series.Varint((ulong)chunks.Count);
        _series.Varint((ulong)chunks[0].At);
        foreach (var chunk in chunks)
        {
            _series.Varint((ulong)chunk.Length);
            _series.Signed(chunk.First);
            _series.Varint((ulong)(chunk.Last - chunk.First));
            _series.Varint(((ulong)chunk.Count << 1) | (chunk.HasHistograms ? 1UL : 0));
        }
    }

    public byte[] Finish()
    {
        var order = Enumerable.Range(0, _pairs.Count).ToArray();
        Array.Sort(order, Compare);
        var rank = new int[order.Length];
        for (var at = 0; at < order.Length; at++) rank[order[at]] = at;
        var pairs = new Bytes();
        var pairStarts = new List<int>(order.Length + 1);
        var nameStarts = new List<int>();
        var last = ImmutableArray<byte>.Empty;
        for (var at = 0; at < order.Length; at++)
        {
            var pair = _pairs.KeyOf(order[at]);
            var name = NameOf(pair);
            if (at == 0 || !name.SequenceEqual(last.AsSpan()))
            {
                nameStarts.Add(at);
                last = [.. name];
            }

            pairStarts.Add(pairs.Length);
            pairs.Raw(pair);
        }

        pairStarts.Add(pairs.Length);
        nameStarts.Add(order.Length);
        var (postings, postingStarts) = Postings(rank);
        var (series, seriesStarts) = AllSeries(rank);
        var all = new Bytes();
        all.UInt32((uint)order.Length);
        all.UInt32((uint)nameStarts.Count - 1);
        all.UInt32((uint)Series);
        Starts(all, pairStarts);
        Starts(all, postingStarts);
        Starts(all, nameStarts);
        Starts(all, seriesStarts);
        all.Raw(pairs.Written);
        all.Raw(postings.Written);
        all.Raw(series.Written);
        return all.Written.ToArray();
    }

    (Bytes Postings, List<int> Starts) Postings(int[] rank)
    {
        // By counting, so that no list is made for each pair.
        var ends = new int[rank.Length + 1];
        foreach (var pair in _pairIds) ends[rank[pair] + 1]++;
        for (var at = 0; at < rank.Length; at++) ends[at + 1] += ends[at];
        var next = ends.ToArray();
        var all = new int[_pairIds.Count];
        for (var (series, at) = (0, 0); series < Series; series++)
        {
            for (; at < _seriesEnds[series]; at++) all[next[rank[_pairIds[at]]]++] = series;
        }

        var bytes = new Bytes();
        var starts = new List<int>(rank.Length + 1);
        for (var pair = 0; pair < rank.Length; pair++)
        {
            starts.Add(bytes.Length);
            bytes.Varint((ulong)(ends[pair + 1] - ends[pair]));
            var last = -1;
            for (var at = ends[pair]; at < ends[pair + 1]; at++)
            {
                bytes.Varint((ulong)(all[at] - last - 1));
                last = all[at];
            }
        }

        starts.Add(bytes.Length);
        return (bytes, starts);
    }

    (Bytes Series, List<int> Starts) AllSeries(int[] rank)
    {
        var bytes = new Bytes();
        var starts = new List<int>(Series + 1);
        for (var (series, at) = (0, 0); series < Series; series++)
        {
            starts.Add(bytes.Length);
            bytes.Varint((ulong)(_seriesEnds[series] - at));
            var last = -1;
            for (; at < _seriesEnds[series]; at++)
            {
                bytes.Varint((ulong)(rank[_pairIds[at]] - last - 1));
                last = rank[_pairIds[at]];
            }

            var end = series + 1 < Series ? _chunkAt[series + 1] : _series.Length;
            bytes.Raw(_series.Written[_chunkAt[series]..end]);
        }

        starts.Add(bytes.Length);
        return (bytes, starts);
    }

    int Compare(int a, int b)
    {
        var left = new KeyReader(_pairs.KeyOf(a));
        var right = new KeyReader(_pairs.KeyOf(b));
        left.Next();
        right.Next();
        var names = left.Name.SequenceCompareTo(right.Name);
        return names != 0 ? names : left.Value.SequenceCompareTo(right.Value);
    }

    static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> pair)
    {
        var reader = new KeyReader(pair);
        reader.Next();
        return reader.Name;
    }

    static int LabelLength(int length) => length + (length < 1 << 7 ? 1 : length < 1 << 14 ? 2 : length < 1 << 21 ? 3 : 4);

    static void Starts(Bytes into, List<int> starts)
    {
        foreach (var start in starts) into.UInt32((uint)start);
    }
}
