using System.Collections.Concurrent;
using System.Text;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Head;

namespace Muster.Telemetry.Store.Index;

/// <summary>
/// The index of the series in memory. One thread adds, any may ask meanwhile: a series is seen when it has been added whole. Names and values are
/// kept as one text each.
/// </summary>
sealed class HeadIndex : ILabelIndex
{
    readonly ConcurrentDictionary<string, HeadValues> _names = new(1, 31, StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, HeadValues>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    char[] _text = new char[512];
    int _count;

    public HeadIndex() => _bySpan = _names.GetAlternateLookup<ReadOnlySpan<char>>();

    public int SeriesCount => Volatile.Read(ref _count);

    public IEnumerable<string> Names => _names.Keys;

    public ILabelValues? Of(string name) => _names.GetValueOrDefault(name);

    /// <summary>Adds the series with the next number.</summary>
    public void Add(ReadOnlySpan<byte> key)
    {
        var number = _count;
        var labels = new KeyReader(key);
        while (labels.Next())
        {
            var name = Text(labels.Name);
            if (!_bySpan.TryGetValue(name, out var values))
            {
                values = new(name.ToString());
                _names[values.Name] = values;
            }

            values.Add(Text(labels.Value), number);
        }

        Volatile.Write(ref _count, number + 1);
    }

    /// <summary>The label with the texts that are kept here; any thread.</summary>
    public Label Kept(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var values = _names[Encoding.UTF8.GetString(name)];
        return new(values.Name, values.Kept(Encoding.UTF8.GetString(value)));
    }

    /// <summary>The label with the most different values, and how many; for whoever made too many series.</summary>
    public (string Name, int Values) Widest()
    {
        var widest = ("", 0);
        foreach (var (name, values) in _names)
        {
            if (values.Count > widest.Item2) widest = (name, values.Count);
        }

        return widest;
    }

    ReadOnlySpan<char> Text(ReadOnlySpan<byte> bytes)
    {
        if (_text.Length < bytes.Length) _text = new char[bytes.Length * 2];
        return _text.AsSpan(0, Encoding.UTF8.GetChars(bytes, _text));
    }
}
