namespace Muster.Ledger;

/// <summary>Reads bytes that have one spelling only, from the front: what is not there exactly is refused.</summary>
ref struct Exact(ReadOnlySpan<byte> rest)
{
    ReadOnlySpan<byte> _rest = rest;

    public readonly bool AtEnd => _rest.IsEmpty;

    public readonly ReadOnlySpan<byte> Rest => _rest;

    public bool Skip(ReadOnlySpan<byte> literal)
    {
        if (!_rest.StartsWith(literal)) return false;
        _rest = _rest[literal.Length..];
        return true;
    }

    /// <summary>Everything before the next quotation mark, which stays. Only for texts that cannot hold one: base64, hex, names.</summary>
    public bool Text(int longest, out ReadOnlySpan<byte> text)
    {
        text = default;
        var at = _rest[..Math.Min(_rest.Length, longest + 1)].IndexOf((byte)'"');
        if (at < 0) return false;
        text = _rest[..at];
        _rest = _rest[at..];
        return true;
    }
}
