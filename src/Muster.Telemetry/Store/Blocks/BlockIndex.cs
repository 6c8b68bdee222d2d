using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Disk;
using Muster.Telemetry.Store.Head;
using Muster.Telemetry.Store.Index;

namespace Muster.Telemetry.Store.Blocks;

/// <summary>
/// The index of a block in memory, as <see cref="BlockIndexWriter"/> wrote it. It is looked at whole when it is made, since a checksum says nothing of who
/// made it: a copy may be somebody else's, and no query shall fail for it.
/// </summary>
sealed class BlockIndex : ILabelIndex
{
    const int Counts = 12;

    readonly byte[] _bytes;
    readonly int _pairs, _names;
    readonly int _pairStarts, _postingStarts, _nameStarts, _seriesStarts;
    readonly int _pairArea, _postingArea, _seriesArea;
    readonly ConcurrentDictionary<string, BlockValues> _values = new(StringComparer.Ordinal);
    readonly string?[] _nameTexts, _valueTexts;

    /// <exception cref="InvalidDataException"/>
    public BlockIndex(byte[] bytes)
    {
        _bytes = bytes;
        if (bytes.Length < Counts) throw new InvalidDataException("an index ends early");
        (_pairs, _names, SeriesCount) = (Number(0), Number(4), Number(8));
        var starts = (2L * ((uint)_pairs + 1L)) + (uint)_names + 1L + (uint)SeriesCount + 1L;
        if (Math.Min(_pairs, Math.Min(_names, SeriesCount)) < 0 || Counts + (starts * 4) > bytes.Length) throw new InvalidDataException("an index counts more than it has");
        _pairStarts = Counts;
        _postingStarts = _pairStarts + ((_pairs + 1) * 4);
        _nameStarts = _postingStarts + ((_pairs + 1) * 4);
        _seriesStarts = _nameStarts + ((_names + 1) * 4);
        _pairArea = _seriesStarts + ((SeriesCount + 1) * 4);
        _postingArea = _pairArea + Number(_pairStarts + (_pairs * 4));
        _seriesArea = _postingArea + Number(_postingStarts + (_pairs * 4));
        if (_postingArea < _pairArea || _seriesArea < _postingArea || _seriesArea + (long)Number(_seriesStarts + (SeriesCount * 4)) != bytes.Length)
        {
            throw new InvalidDataException("an index has not the length it tells");
        }

        LookAtStarts();
        var names = LookAtPairs();
        for (var pair = 0; pair < _pairs; pair++) LookAtPostings(pair);
        for (var series = 0; series < SeriesCount; series++) LookAtSeries(series, names);
        _nameTexts = new string?[_names];
        _valueTexts = new string?[_pairs];
    }

    public int SeriesCount { get; }

    public int Size => _bytes.Length;

    public int Pairs => _pairs;

    public IEnumerable<string> Names
    {
        get
        {
            for (var at = 0; at < _names; at++) yield return LabelOf(FirstPair(at)).Name;
        }
    }

    public ILabelValues? Of(string name)
    {
        if (_values.TryGetValue(name, out var known)) return known;
        var found = Found(name);
        return found is null ? null : _values.GetOrAdd(name, found);
    }

    public Labels LabelsOf(int series)
    {
        var reader = new BytesReader(SeriesBytes(series));
        var labels = new Label[reader.Count()];
        var pair = -1;
        for (var at = 0; at < labels.Length; at++)
        {
            pair += (int)reader.Varint() + 1;
            labels[at] = LabelOf(pair);
        }

        return Labels.Of(labels);
    }

    public void Key(int series, Bytes into)
    {
        var reader = new BytesReader(SeriesBytes(series));
        var pair = -1;
        for (var left = reader.Count(); left > 0; left--)
        {
            pair += (int)reader.Varint() + 1;
            into.Raw(PairBytes(pair));
        }
    }

    public ChunkList Chunks(int series)
    {
        var reader = new BytesReader(SeriesBytes(series));
        for (var left = reader.Count(); left > 0; left--) reader.Varint();
        return new(reader);
    }

    /// <summary>-1: it is not here.</summary>
    public int Find(ReadOnlySpan<byte> key)
    {
        var there = new Bytes();
        var (low, high) = (0, SeriesCount - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            there.Clear();
            Key(middle, there);
            var order = there.Written.SequenceCompareTo(key);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return -1;
    }

    /// <summary>Texts of a label; kept, so that they are the same for all series of this block.</summary>
    internal Label LabelOf(int pair)
    {
        var name = NameOf(pair);
        var reader = new KeyReader(PairBytes(pair));
        reader.Next();
        return new(_nameTexts[name] ??= Encoding.UTF8.GetString(reader.Name), _valueTexts[pair] ??= Encoding.UTF8.GetString(reader.Value));
    }

    internal ReadOnlySpan<byte> ValueBytes(int pair)
    {
        var reader = new KeyReader(PairBytes(pair));
        reader.Next();
        return reader.Value;
    }

    internal int[] Postings(int pair)
    {
        var reader = PostingReader(pair);
        var numbers = new int[reader.Count()];
        var last = -1;
        for (var at = 0; at < numbers.Length; at++)
        {
            last += (int)reader.Varint() + 1;
            numbers[at] = last;
        }

        return numbers;
    }

    internal int PostingCount(int pair) => PostingReader(pair).Count();

    BytesReader PostingReader(int pair)
    {
        var from = Number(_postingStarts + (pair * 4));
        return new(_bytes.AsSpan(_postingArea + from, Number(_postingStarts + (pair * 4) + 4) - from));
    }

    BlockValues? Found(string name)
    {
        var wanted = Encoding.UTF8.GetBytes(name);
        var (low, high) = (0, _names - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var reader = new KeyReader(PairBytes(FirstPair(middle)));
            reader.Next();
            var order = reader.Name.SequenceCompareTo(wanted);
            if (order == 0) return new(this, FirstPair(middle), FirstPair(middle + 1));
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return null;
    }

    int NameOf(int pair)
    {
        var (low, high) = (0, _names - 1);
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            if (FirstPair(middle) <= pair) low = middle;
            else high = middle - 1;
        }

        return low;
    }

    int FirstPair(int name) => Number(_nameStarts + (name * 4));

    ReadOnlySpan<byte> PairBytes(int pair)
    {
        var from = Number(_pairStarts + (pair * 4));
        return _bytes.AsSpan(_pairArea + from, Number(_pairStarts + (pair * 4) + 4) - from);
    }

    ReadOnlySpan<byte> SeriesBytes(int series)
    {
        var from = Number(_seriesStarts + (series * 4));
        return _bytes.AsSpan(_seriesArea + from, Number(_seriesStarts + (series * 4) + 4) - from);
    }

    void LookAtStarts()
    {
        foreach (var (start, count) in (ReadOnlySpan<(int, int)>)[(_pairStarts, _pairs), (_postingStarts, _pairs), (_nameStarts, _names), (_seriesStarts, SeriesCount)])
        {
            var good = Number(start) == 0;
            for (var at = 0; at < count; at++) good &= Number(start + (at * 4)) < Number(start + (at * 4) + 4);
            if (!good) throw Wrong("a part begins where it cannot");
        }

        if (FirstPair(_names) != _pairs) throw Wrong("a part begins where it cannot");
    }

    /// <summary>The number of each pair's name.</summary>
    int[] LookAtPairs()
    {
        var names = new int[_pairs];
        var before = default(KeyReader);
        for (var (name, pair) = (-1, 0); pair < _pairs; pair++)
        {
            var isFirst = FirstPair(name + 1) == pair;
            if (isFirst) name++;
            names[pair] = name;
            var reader = new KeyReader(PairBytes(pair));
            if (!reader.Next() || !reader.IsAtEnd || reader.Name.IsEmpty) throw Wrong("a pair is none");
            var order = pair == 0 ? 1 : reader.Name.SequenceCompareTo(before.Name);
            if (isFirst ? order <= 0 : order != 0 || reader.Value.SequenceCompareTo(before.Value) <= 0) throw Wrong("its pairs do not ascend");
            before = reader;
        }

        return names;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void LookAtPostings(int pair)
    {
        var reader = PostingReader(pair);
        var last = -1L;
        for (var left = reader.Count(); left > 0; left--) last = Next(ref reader, last, SeriesCount);
        if (!reader.IsEmpty) throw Wrong("bytes follow the series of a pair");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void LookAtSeries(int series, int[] names)
    {
        var reader = new BytesReader(SeriesBytes(series));
        var (last, name) = (-1L, -1);
        for (var left = reader.Count(); left > 0; left--)
        {
            last = Next(ref reader, last, _pairs);
            if (names[last] == name) throw Wrong("a series has a label twice");
            name = names[last];
        }

        var chunks = new ChunkList(reader);
        var time = long.MinValue;
        while (chunks.MoveNext())
        {
            var chunk = chunks.Current;
            if (chunk.Last < chunk.First || chunk.First < Days.Earliest || chunk.Last > Days.Latest || chunk.First <= time) throw Wrong("the chunks of a series do not follow each other");
            time = chunk.Last;
        }
    }

    static long Next(ref BytesReader reader, long last, int count)
    {
        var step = reader.Varint();
        return step < (ulong)(count - last - 1) ? last + (long)step + 1 : throw Wrong("it counts more than it has");
    }

    static InvalidDataException Wrong(string what) => new($"the index is none: {what}");

    int Number(int at) => BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(at));
}
