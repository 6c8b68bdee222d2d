namespace Muster.Telemetry.Intake.Exposition;

/// <summary>
/// Texts with what stands behind their backslashes: a backslash, a line's end, a quote. A backslash before anything else stays one, as in every reader
/// of these formats. What has no backslash is not copied.
/// </summary>
sealed class Unescaping
{
    byte[] _buffer = new byte[256];

    /// <returns>Good until the next call.</returns>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> text)
    {
        var from = text.IndexOf((byte)'\\');
        if (from < 0) return text;
        if (_buffer.Length < text.Length) _buffer = new byte[text.Length * 2];
        text[..from].CopyTo(_buffer);
        var length = from;
        for (var at = from; at < text.Length; at++)
        {
            var one = text[at];
            if (one == '\\' && at + 1 < text.Length && text[at + 1] is (byte)'\\' or (byte)'"' or (byte)'n')
            {
                at++;
                one = text[at] == 'n' ? (byte)'\n' : text[at];
            }

            _buffer[length++] = one;
        }

        return _buffer.AsSpan(0, length);
    }
}
