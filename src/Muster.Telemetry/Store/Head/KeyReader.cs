using System.Text.Unicode;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Store.Head;

/// <summary>Walks the labels of a <see cref="SeriesKey"/> without making strings.</summary>
ref struct KeyReader(ReadOnlySpan<byte> key)
{
    ReadOnlySpan<byte> _left = key;

    public ReadOnlySpan<byte> Name { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public readonly bool IsAtEnd => _left.IsEmpty;

    /// <summary>The bytes did not make sense; what was read before does.</summary>
    public bool Broken { get; private set; }

    /// <summary>Whether these bytes are a key as one is made: each name once and in order, nothing empty, text; so that what is made of it can be made into a key again.</summary>
    public static bool IsKey(ReadOnlySpan<byte> key)
    {
        var labels = new KeyReader(key);
        var before = ReadOnlySpan<byte>.Empty;
        while (labels.Next())
        {
            if (labels.Value.IsEmpty || labels.Name.SequenceCompareTo(before) <= 0 || !Utf8.IsValid(labels.Name) || !Utf8.IsValid(labels.Value)) return false;
            before = labels.Name;
        }

        return !labels.Broken && key.Length <= SeriesKey.Longest;
    }

    /// <exception cref="InvalidDataException">It is no key.</exception>
    public static Labels Labels(ReadOnlySpan<byte> key) => IsKey(key) ? SeriesKey.Read(key) : throw new InvalidDataException("labels cannot be read");

    public bool Next()
    {
        if (_left.IsEmpty) return false;
        if (!Take(out var name) || !Take(out var value))
        {
            Broken = true;
            return false;
        }

        Name = name;
        Value = value;
        return true;
    }

    bool Take(out ReadOnlySpan<byte> text)
    {
        text = default;
        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            if (_left.IsEmpty || shift > 21) return false;
            var next = _left[0];
            _left = _left[1..];
            length |= (next & 0x7f) << shift;
            if (next < 0x80) break;
        }

        if (length > _left.Length) return false;
        text = _left[..length];
        _left = _left[length..];
        return true;
    }
}
