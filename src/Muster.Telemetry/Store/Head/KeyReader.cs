namespace Muster.Telemetry.Store.Head;

/// <summary>Walks the labels of a <see cref="Intake.SeriesKey"/> without making strings.</summary>
ref struct KeyReader(ReadOnlySpan<byte> key)
{
    ReadOnlySpan<byte> _left = key;

    public ReadOnlySpan<byte> Name { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public readonly bool IsAtEnd => _left.IsEmpty;

    /// <summary>The bytes did not make sense; what was read before does.</summary>
    public bool Broken { get; private set; }

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
