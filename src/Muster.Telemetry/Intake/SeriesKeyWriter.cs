using System.Diagnostics.CodeAnalysis;
using System.Text.Unicode;

namespace Muster.Telemetry.Intake;

/// <summary>Makes a <see cref="SeriesKey"/> of labels in whatever order they come. Reused from series to series; not for two threads.</summary>
public sealed class SeriesKeyWriter
{
    readonly List<Part> _parts = new(16);
    byte[] _bytes = new byte[1024];
    byte[] _key = new byte[1024];
    int _used;

    readonly record struct Part(int NameAt, int NameLength, int ValueAt, int ValueLength);

    public int Count => _parts.Count;

    public void Clear()
    {
        _parts.Clear();
        _used = 0;
    }

    /// <summary>An empty value is an absent label, and is left out.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return;
        var needed = _used + name.Length + value.Length;
        if (needed > _bytes.Length) Array.Resize(ref _bytes, Math.Max(needed, _bytes.Length * 2));
        name.CopyTo(_bytes.AsSpan(_used));
        value.CopyTo(_bytes.AsSpan(_used + name.Length));
        _parts.Add(new(_used, name.Length, _used + name.Length, value.Length));
        _used = needed;
    }

    /// <summary>Sorts and writes; the key is good until the next call on this writer, which begins anew by itself.</summary>
    /// <param name="problem">Why these labels are none: an empty or repeated name, bytes that are not UTF-8, too long.</param>
    public bool TryFinish(out ReadOnlySpan<byte> key, [NotNullWhen(false)] out string? problem)
    {
        key = default;
        problem = Written(out var length);
        Clear();
        if (problem is not null) return false;
        key = _key.AsSpan(0, length);
        return true;
    }

    string? Written(out int length)
    {
        length = 0;
        if (_used + (_parts.Count * 6) > SeriesKey.Longest) return $"the labels are longer than {SeriesKey.Longest} bytes together";
        if (!Utf8.IsValid(_bytes.AsSpan(0, _used))) return "a label is not valid UTF-8";
        Sort();
        if (_key.Length < _used + (_parts.Count * 6)) _key = new byte[(_used + (_parts.Count * 6)) * 2];
        for (var at = 0; at < _parts.Count; at++)
        {
            var part = _parts[at];
            if (part.NameLength == 0) return "a label has an empty name";
            if (at > 0 && Name(_parts[at - 1]).SequenceEqual(Name(part))) return $"the label {System.Text.Encoding.UTF8.GetString(Name(part))} stands twice";
            Append(_bytes.AsSpan(part.NameAt, part.NameLength), ref length);
            Append(_bytes.AsSpan(part.ValueAt, part.ValueLength), ref length);
        }

        return null;
    }

    /// <summary>By insertion: most senders sort already, and then this only looks.</summary>
    void Sort()
    {
        if (_parts.Count > 64)
        {
            _parts.Sort((a, b) => Name(a).SequenceCompareTo(Name(b)));
            return;
        }

        for (var at = 1; at < _parts.Count; at++)
        {
            for (var back = at; back > 0 && Name(_parts[back - 1]).SequenceCompareTo(Name(_parts[back])) > 0; back--) (_parts[back - 1], _parts[back]) = (_parts[back], _parts[back - 1]);
        }
    }

    ReadOnlySpan<byte> Name(Part part) => _bytes.AsSpan(part.NameAt, part.NameLength);

    void Append(ReadOnlySpan<byte> text, ref int length)
    {
        var rest = (uint)text.Length;
        for (; rest >= 0x80; rest >>= 7) _key[length++] = (byte)(rest | 0x80);
        _key[length++] = (byte)rest;
        text.CopyTo(_key.AsSpan(length));
        length += text.Length;
    }
}
