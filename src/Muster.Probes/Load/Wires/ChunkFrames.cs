namespace Muster.Probes.Load;

/// <summary>What stands between the data of a chunked body: sizes, their extensions, and the trailer (RFC 9112, 7.1). The data itself is the caller's: <see cref="Left"/> bytes of it come next.</summary>
struct ChunkFrames
{
    const int MostOfLine = 4096;
    const int MostOfTrailer = 64 * 1024;
    const int MostDigits = 15;

    enum At { First, Size, Extension, SizeEnd, DataReturn, DataEnd, Trailer, TrailerLine, LastEnd, Ended }

    At _at;
    int _digits, _line, _trailer;
    long _size;

    public long Left { get; set; }

    public readonly bool HasEnded => _at == At.Ended;

    public string? Wrong { get; private set; }

    /// <summary>Reads on until data comes, the body has ended, something is wrong or the bytes are used up; how many it read.</summary>
    public int Read(ReadOnlySpan<byte> bytes)
    {
        var i = 0;
        while (i < bytes.Length && Wrong is null)
        {
            var next = bytes[i++];
            switch (_at)
            {
                case At.First:
                    (_size, _digits, _line) = (0, 0, 0);
                    if (!Digit(next)) Wrong = "the size of a chunk is no hexadecimal number";
                    _at = At.Size;
                    break;
                case At.Size:
                    if (Digit(next)) break;
                    if (next == '\r') _at = At.SizeEnd;
                    else if (next is (byte)';' or (byte)' ' or (byte)'\t') _at = At.Extension;
                    else Wrong = "the size of a chunk is no hexadecimal number";
                    break;
                case At.Extension:
                    if (next == '\r') _at = At.SizeEnd;
                    else if (next is (byte)'\n' or 0 || ++_line > MostOfLine) Wrong = "the size of a chunk does not end in CRLF";
                    break;
                case At.SizeEnd:
                    if (next != '\n') Wrong = "the size of a chunk does not end in CRLF";
                    else if (_size == 0) _at = At.Trailer;
                    else
                    {
                        (_at, Left) = (At.DataReturn, _size);
                        return i;
                    }

                    break;
                case At.DataReturn:
                    if (next != '\r') Wrong = "a chunk does not end where its size says";
                    _at = At.DataEnd;
                    break;
                case At.DataEnd:
                    if (next != '\n') Wrong = "a chunk does not end where its size says";
                    _at = At.First;
                    break;
                case At.Trailer:
                    if (next == '\r') _at = At.LastEnd;
                    else if (next is (byte)'\n' or 0 || ++_trailer > MostOfTrailer) Wrong = "its trailer is none";
                    else _at = At.TrailerLine;
                    break;
                case At.TrailerLine:
                    if (next == '\n') _at = At.Trailer;
                    else if (next == 0 || ++_trailer > MostOfTrailer) Wrong = "its trailer is none, or larger than 65536 bytes";
                    break;
                case At.LastEnd:
                    if (next != '\n') Wrong = "its trailer is none";
                    else
                    {
                        _at = At.Ended;
                        return i;
                    }

                    break;
            }
        }

        return i;
    }

    bool Digit(byte next)
    {
        var digit = next switch
        {
            >= (byte)'0' and <= (byte)'9' => next - '0',
            >= (byte)'a' and <= (byte)'f' => next - 'a' + 10,
            >= (byte)'A' and <= (byte)'F' => next - 'A' + 10,
            _ => -1,
        };
        if (digit < 0) return false;
        if (++_digits > MostDigits) Wrong = "a chunk is larger than can be";
        _size = _size << 4 | (uint)digit;
        return true;
    }
}
