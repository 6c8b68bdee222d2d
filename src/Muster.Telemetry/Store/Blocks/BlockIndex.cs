using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Disk;
using Muster.Telemetry.Store.Head;
using Muster.Telemetry.Store.Index;

namespace Muster.Telemetry.Store.Blocks;

/// <summary>The index of a block in memory, as <see cref="BlockIndexWriter"/> wrote it. Its checksum has been looked at: what does not fit is a bug or an attack, and throws.</summary>
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
        var room = bytes.Length / 4;
        if ((uint)_pairs > room || (uint)_names > room || (uint)SeriesCount > room) throw new InvalidDataException("an index counts more than it has");
        _pairStarts = Counts;
        _postingStarts = _pairStarts + ((_pairs + 1) * 4);
        _nameStarts = _postingStarts + ((_pairs + 1) * 4);
        _seriesStarts = _nameStarts + ((_names + 1) * 4);
        _pairArea = _seriesStarts + ((SeriesCount + 1) * 4);
        if (_pairArea > bytes.Length) throw new InvalidDataException("an index ends early");
        _postingArea = _pairArea + Number(_pairStarts + (_pairs * 4));
        _seriesArea = _postingArea + Number(_postingStarts + (_pairs * 4));
        if (_postingArea < _pairArea || _seriesArea < _postingArea || _seriesArea + (long)Number(_seriesStarts + (SeriesCount * 4)) != bytes.Length)
        {
            throw new InvalidDataException("an index has not the length it tells");
        }

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

    int Number(int at) => BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(at));
}
