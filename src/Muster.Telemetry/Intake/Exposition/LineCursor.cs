using System.Buffers;

namespace Muster.Telemetry.Intake.Exposition;

/// <summary>
/// A place within one line. The text format takes spaces and tabs in any number, also where none is needed; OpenMetrics has one space where its grammar
/// has one, and none elsewhere.
/// </summary>
ref struct LineCursor(ReadOnlySpan<byte> line, int number, ExpositionFormat format)
{
    static readonly SearchValues<byte> NameBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:"u8);
    static readonly SearchValues<byte> LabelBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"u8);

    ReadOnlySpan<byte> _rest = line;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public readonly byte Current => _rest.IsEmpty ? (byte)0 : _rest[0];

    public readonly bool IsAtBlank => Current is (byte)' ' or (byte)'\t';

    public readonly IntakeProblem Bad(string why) => IntakeProblem.Malformed(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"line {number}: {why}"));

    public bool Take(byte wanted)
    {
        if (Current != wanted || IsAtEnd) return false;
        _rest = _rest[1..];
        return true;
    }

    public bool Take(ReadOnlySpan<byte> wanted)
    {
        if (!_rest.StartsWith(wanted)) return false;
        _rest = _rest[wanted.Length..];
        return true;
    }

    /// <summary>Where there may be blanks.</summary>
    public void Blank()
    {
        if (format == ExpositionFormat.OpenMetrics) return;
        while (!_rest.IsEmpty && _rest[0] is (byte)' ' or (byte)'\t') _rest = _rest[1..];
    }

    /// <summary>Where there must be one.</summary>
    public void Gap()
    {
        if (!IsAtBlank) throw Bad("a space is missing");
        if (format == ExpositionFormat.Text) Blank();
        else if (!Take((byte)' ') || IsAtBlank) throw Bad("more than one space, or a tab, where OpenMetrics has one space");
    }

    /// <summary>Empty: here begins no name.</summary>
    public ReadOnlySpan<byte> MetricName() => Word(NameBytes);

    public ReadOnlySpan<byte> LabelName() => Word(LabelBytes);

    ReadOnlySpan<byte> Word(SearchValues<byte> bytes)
    {
        if (Current is >= (byte)'0' and <= (byte)'9') return [];
        var length = _rest.IndexOfAnyExcept(bytes);
        return Cut(length < 0 ? _rest.Length : length);
    }

    /// <summary>What stands up to the next blank, or to the end.</summary>
    public ReadOnlySpan<byte> Token()
    {
        var length = _rest.IndexOfAny((byte)' ', (byte)'\t');
        return Cut(length < 0 ? _rest.Length : length);
    }

    /// <summary>All that is left.</summary>
    public ReadOnlySpan<byte> Rest() => Cut(_rest.Length);

    /// <summary>A text in quotes, as it stands: <see cref="Unescaping"/> makes it what it means.</summary>
    public ReadOnlySpan<byte> Quoted()
    {
        if (!Take((byte)'"')) throw Bad("a quote is missing");
        for (var at = 0; ; at += 2)
        {
            var next = _rest[Math.Min(at, _rest.Length)..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0) throw Bad("a text in quotes does not end on its line");
            at += next;
            if (_rest[at] != '"') continue;
            var text = Cut(at);
            _rest = _rest[1..];
            return text;
        }
    }

    ReadOnlySpan<byte> Cut(int length)
    {
        var part = _rest[..length];
        _rest = _rest[length..];
        return part;
    }
}
