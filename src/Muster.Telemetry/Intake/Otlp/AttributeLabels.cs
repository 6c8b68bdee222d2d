using System.Runtime.CompilerServices;
using System.Text;

namespace Muster.Telemetry.Intake.Otlp;

/// <summary>Attributes as labels, in bytes of one array: reading a point makes no object. Reused; not for two threads.</summary>
sealed class AttributeLabels
{
    const int Usual = 1024, LargestKept = 1 << 20;

    /// <summary>Each copies what was joined before.</summary>
    const int MostJoins = 256;

    byte[] _bytes = new byte[Usual];
    Part[] _parts = new Part[16];
    int _used;
    int _joins;
    bool _isOver;

    readonly record struct Part(int Name, int NameLength, int Value, int ValueLength);

    public int Count { get; private set; }

    public void Clear()
    {
        (Count, _used, _joins, _isOver) = (0, 0, 0, false);
        if (_bytes.Length > LargestKept) _bytes = new byte[Usual];
    }

    public ReadOnlySpan<byte> NameOf(int index) => _bytes.AsSpan(_parts[index].Name, _parts[index].NameLength);

    public ReadOnlySpan<byte> ValueOf(int index) => _bytes.AsSpan(_parts[index].Value, _parts[index].ValueLength);

    public int IndexOf(ReadOnlySpan<byte> name)
    {
        for (var at = 0; at < Count; at++)
        {
            if (NameOf(at).SequenceEqual(name)) return at;
        }

        return -1;
    }

    /// <summary>An attribute under the name that its key becomes, behind a prefix; without a value, or a key, there is none.</summary>
    public void AddAttribute(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.IsEmpty || value.IsEmpty || _isOver) return;
        if (!Ascii.IsValid(key))
        {
            Add([.. prefix, .. Encoding.UTF8.GetBytes(OtlpNames.Label(Encoding.UTF8.GetString(key)))], value);
            return;
        }

        var begins = char.IsAsciiDigit((char)key[0]) ? "key_"u8 : default;
        Span<byte> name = Room(prefix.Length + begins.Length + key.Length);
        prefix.CopyTo(name);
        begins.CopyTo(name[prefix.Length..]);
        var rest = name[(prefix.Length + begins.Length)..];
        for (var at = 0; at < key.Length; at++) rest[at] = IsPlain(key[at]) ? key[at] : (byte)'_';
        AddAfterName(name.Length, value);
    }

    /// <summary>A label as it is.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.IsEmpty || value.IsEmpty || _isOver) return;
        name.CopyTo(Room(name.Length));
        AddAfterName(name.Length, value);
    }

    public void AddAll(AttributeLabels others)
    {
        for (var at = 0; at < others.Count; at++) Add(others.NameOf(at), others.ValueOf(at));
    }

    /// <summary>The name stands behind what is used already. Two attributes that become one label are joined, so that neither is lost.</summary>
    void AddAfterName(int nameLength, ReadOnlySpan<byte> value)
    {
        var name = _used;
        var same = IndexOf(_bytes.AsSpan(name, nameLength));
        var before = same < 0 ? default : _parts[same];
        var begins = same < 0 ? 0 : before.ValueLength + 1;
        if (same >= 0 && (++_joins > MostJoins || begins + value.Length > SeriesKey.Longest))
        {
            MakeTooLong(same, before);
            return;
        }

        Grow(nameLength + begins + value.Length);
        var at = name + nameLength;
        if (same >= 0)
        {
            _bytes.AsSpan(before.Value, before.ValueLength).CopyTo(_bytes.AsSpan(at));
            _bytes[at + before.ValueLength] = (byte)';';
        }

        value.CopyTo(_bytes.AsSpan(at + begins));
        _used = at + begins + value.Length;
        if (Count == _parts.Length) Array.Resize(ref _parts, Count * 2);
        _parts[same < 0 ? Count++ : same] = new(name, nameLength, at, begins + value.Length);
    }

    /// <summary>Too many, or too long: no key can be made of these labels, and whoever tries is told. What else comes changes nothing.</summary>
    void MakeTooLong(int index, Part part)
    {
        _isOver = true;
        Grow(SeriesKey.Longest + 1);
        _bytes.AsSpan(_used, SeriesKey.Longest + 1).Fill((byte)';');
        _parts[index] = part with { Value = _used, ValueLength = SeriesKey.Longest + 1 };
        _used += SeriesKey.Longest + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IsPlain(byte c) => (uint)((c | 0x20) - 'a') <= 'z' - 'a' || (uint)(c - '0') <= 9 || c == '_';

    Span<byte> Room(int length)
    {
        Grow(length);
        return _bytes.AsSpan(_used, length);
    }

    void Grow(int more)
    {
        if (_used + more > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_used + more, _bytes.Length * 2));
    }
}
