using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace Muster.Telemetry.Intake;

/// <summary>
/// Makes a <see cref="SeriesKey"/> of labels in whatever order they come. Most senders sort already, and then each label is written once, where it
/// belongs; others are sorted at the end. Reused from series to series; not for two threads.
/// </summary>
public sealed class SeriesKeyWriter
{
    /// <summary>Longest length, as LEB128 has it.</summary>
    const int LongestLength = 5;

    const int FewLabels = 32;

    byte[] _key = new byte[1024];
    Part[] _parts = new Part[32];
    byte[] _sorted = [];
    int _used;
    int _count;
    bool _unsorted;
    bool _tooLong;
    bool _nameless;

    readonly record struct Part(int Start, int NameAt, int NameLength, int ValueAt, int ValueLength, int End);

    public int Count => _count;

    public void Clear()
    {
        (_used, _count) = (0, 0);
        _unsorted = _tooLong = _nameless = false;
    }

    /// <summary>An empty value is an absent label, and is left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || _tooLong) return;
        var needed = name.Length + value.Length + (2 * LongestLength);
        if (_used + needed > SeriesKey.Longest)
        {
            _tooLong = true;
            return;
        }

        if (_used + needed > _key.Length) Array.Resize(ref _key, Math.Max(_used + needed, _key.Length * 2));
        if (_count == _parts.Length) Array.Resize(ref _parts, _count * 2);
        _nameless |= name.IsEmpty;
        var key = _key;
        var start = _used;
        var at = Length(key, start, name.Length);
        var nameAt = at;
        name.CopyTo(key.AsSpan(at));
        at = Length(key, at + name.Length, value.Length);
        value.CopyTo(key.AsSpan(at));
        if (_count > 0 && !_unsorted)
        {
            ref readonly var before = ref _parts[_count - 1];
            // Equal names are found when they are sorted, and told there.
            _unsorted = key.AsSpan(before.NameAt, before.NameLength).SequenceCompareTo(name) >= 0;
        }

        _used = at + value.Length;
        _parts[_count++] = new(start, nameAt, name.Length, at, value.Length, _used);
    }

    /// <summary>
    /// The labels at the beginning of a series of remote write, at once: where all of them are short, in order and ASCII, as nearly every sender's are,
    /// their bytes are those of the key but for the tags between.
    /// </summary>
    /// <param name="consumed">Bytes of the message that were labels.</param>
    /// <returns>False: take them one by one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryShort(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> key, out int consumed, out bool hasName)
    {
        const byte First = (1 << 3) | 2, Second = (2 << 3) | 2;
        key = default;
        (consumed, hasName) = (0, false);
        Clear();
        if (message.Length > SeriesKey.Longest) return false;
        if (_key.Length < message.Length) Array.Resize(ref _key, Math.Max(message.Length, _key.Length * 2));
        var into = _key.AsSpan();
        ReadOnlySpan<byte> before = default;
        var used = 0;
        while (message.Length > 2 && message[0] == First)
        {
            int length = message[1];
            if (length is < 5 or >= 0x80 || length > message.Length - 2) return false;
            var label = message.Slice(2, length);
            int nameLength = label[1];
            if (label[0] != First || nameLength == 0 || nameLength > length - 5) return false;
            var name = label.Slice(2, nameLength);
            var value = label[(nameLength + 3)..];
            if (label[nameLength + 2] != Second || value[0] != value.Length - 1) return false;
            if (before.SequenceCompareTo(name) >= 0) return false;
            before = name;
            label.Slice(1, nameLength + 1).CopyTo(into[used..]);
            used += nameLength + 1;
            value.CopyTo(into[used..]);
            used += value.Length;
            hasName |= name.SequenceEqual("__name__"u8);
            message = message[(length + 2)..];
            consumed += length + 2;
        }

        key = into[..used];
        return used > 0 && Ascii.IsValid(key);
    }

    /// <summary>Sorts where it must; the key is good until the next call on this writer, which begins anew by itself.</summary>
    /// <param name="problem">Why these labels are none: an empty or repeated name, bytes that are not UTF-8, too long.</param>
    public bool TryFinish(out ReadOnlySpan<byte> key, [NotNullWhen(false)] out string? problem)
    {
        key = _unsorted ? Sorted() : _key.AsSpan(0, _used);
        problem = _tooLong ? $"the labels are longer than {SeriesKey.Longest} bytes together"
            : _nameless ? "a label has an empty name"
            : Twice() ?? (IsText(key) ? null : "a label is not valid UTF-8");
        Clear();
        if (problem is null) return true;
        key = default;
        return false;
    }

    ReadOnlySpan<byte> Sorted()
    {
        if (_count <= FewLabels) SortFew();
        else Array.Sort(_parts, 0, _count, Comparer<Part>.Create((a, b) => Name(a).SequenceCompareTo(Name(b))));
        if (_sorted.Length < _used) _sorted = new byte[_key.Length];
        var length = 0;
        foreach (ref readonly var part in _parts.AsSpan(0, _count))
        {
            _key.AsSpan(part.Start, part.End - part.Start).CopyTo(_sorted.AsSpan(length));
            length += part.End - part.Start;
        }

        return _sorted.AsSpan(0, length);
    }

    /// <summary>By insertion: as many as a series has are sorted before a general sort has begun, and most stand right already.</summary>
    void SortFew()
    {
        for (var next = 1; next < _count; next++)
        {
            var part = _parts[next];
            var name = Name(part);
            var at = next;
            for (; at > 0 && Name(_parts[at - 1]).SequenceCompareTo(name) > 0; at--) _parts[at] = _parts[at - 1];
            _parts[at] = part;
        }
    }

    string? Twice()
    {
        if (!_unsorted) return null;
        for (var at = 1; at < _count; at++)
        {
            if (Name(_parts[at - 1]).SequenceEqual(Name(_parts[at]))) return $"the label {Encoding.UTF8.GetString(Name(_parts[at]))} stands twice";
        }

        return null;
    }

    /// <summary>All of it at once where it is ASCII, lengths below 128 among it; else label by label.</summary>
    bool IsText(ReadOnlySpan<byte> key)
    {
        if (Ascii.IsValid(key)) return true;
        foreach (ref readonly var part in _parts.AsSpan(0, _count))
        {
            if (!Utf8.IsValid(Name(part)) || !Utf8.IsValid(_key.AsSpan(part.ValueAt, part.ValueLength))) return false;
        }

        return true;
    }

    ReadOnlySpan<byte> Name(in Part part) => _key.AsSpan(part.NameAt, part.NameLength);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int Length(byte[] key, int at, int length)
    {
        var rest = (uint)length;
        for (; rest >= 0x80; rest >>= 7) key[at++] = (byte)(rest | 0x80);
        key[at++] = (byte)rest;
        return at;
    }
}
