using System.Collections.Concurrent;

namespace Muster.Telemetry.Store.Index;

/// <summary>Values of one label in memory, in the order of their coming.</summary>
sealed class HeadValues : ILabelValues
{
    sealed record Entry(string Value, int At)
    {
        public Postings Series { get; } = new();
    }

    readonly ConcurrentDictionary<string, Entry> _byValue = new(1, 3, StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, Entry>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    readonly Postings _any = new();
    Entry[] _all = new Entry[1];
    int _count;

    public HeadValues(string name)
    {
        Name = name;
        _bySpan = _byValue.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public string Name { get; }

    public int Count => Volatile.Read(ref _count);

    public ReadOnlySpan<int> Any => _any.All;

    public string Value(int at) => Volatile.Read(ref _all)[at].Value;

    public int Find(string value) => _byValue.TryGetValue(value, out var entry) ? entry.At : -1;

    public ReadOnlySpan<int> Series(int at) => Volatile.Read(ref _all)[at].Series.All;

    public int SeriesCount(int at) => Volatile.Read(ref _all)[at].Series.Count;

    public (int First, int End) WithPrefix(string prefix) => (0, Count);

    /// <summary>The text that is kept for a value that is here.</summary>
    public string Kept(string value) => _byValue.TryGetValue(value, out var entry) ? entry.Value : value;

    public void Add(ReadOnlySpan<char> value, int series)
    {
        if (!_bySpan.TryGetValue(value, out var entry))
        {
            entry = new(value.ToString(), _count);
            if (_count == _all.Length)
            {
                var grown = new Entry[_count * 2];
                _all.CopyTo(grown, 0);
                Volatile.Write(ref _all, grown);
            }

            _all[_count] = entry;
            Volatile.Write(ref _count, _count + 1);
            _byValue[entry.Value] = entry;
        }

        entry.Series.Add(series);
        _any.Add(series);
    }
}
