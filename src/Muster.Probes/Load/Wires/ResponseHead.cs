using System.Buffers;
using System.Text;

namespace Muster.Probes.Load;

/// <summary>The status line and the header of an answer of HTTP/1.1, as far as they say where it ends (RFC 9112, 4 to 6). A line may end in LF alone (2.2).</summary>
struct ResponseHead
{
    static readonly SearchValues<byte> Name = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);
    int _next; // where the first line begins that is not read yet
    bool _old, _closes;
    bool _frames; // the line before says where the answer ends

    public int Status { get; private set; }

    /// <summary>Where the header begins, after the status line.</summary>
    public int Fields { get; private set; }

    /// <summary>Where the header ends, before the empty line.</summary>
    public int End { get; private set; }

    /// <summary>Of the body; -1 if nobody said.</summary>
    public long Length { get; private set; }

    public bool IsChunked { get; private set; }

    /// <summary>Whether there is a Content-Encoding.</summary>
    public bool IsCoded { get; private set; }

    /// <summary>Whether another request may follow on the connection.</summary>
    public bool Keeps { get; private set; }

    /// <summary>What is wrong with it; null as long as nothing is.</summary>
    public string? Wrong { get; private set; }

    /// <summary>How many bytes the head takes, the empty line included; 0 if it is not whole yet; -1 if it is wrong.</summary>
    /// <param name="bytes">All of it that has come, from its first byte on; lines that were read in an earlier call are not read again.</param>
    public int Read(ReadOnlySpan<byte> bytes)
    {
        if (_next == 0)
        {
            if (!bytes.StartsWith("HTTP/1."u8) && !"HTTP/1."u8.StartsWith(bytes[..Math.Min(bytes.Length, 7)])) return Fail("it does not begin with HTTP/1.");
            var first = bytes.IndexOf((byte)'\n');
            if (first < 0) return 0;
            if (!ReadStatus(Trimmed(bytes[..first]))) return Fail("its first line is no status line");
            _old = bytes[7] == '0';
            (Length, Keeps) = (-1, !_old);
            Fields = _next = first + 1;
        }

        while (true)
        {
            var rest = bytes[_next..];
            var end = rest.IndexOf((byte)'\n');
            if (end < 0) return 0;
            var line = Trimmed(rest[..end]);
            var start = _next;
            _next += end + 1;
            if (line.IsEmpty)
            {
                End = start;
                if (IsChunked && Length >= 0) return Fail("it has both Content-Length and Transfer-Encoding");
                return IsChunked && _old ? Fail("it is HTTP/1.0 with Transfer-Encoding") : _next;
            }

            if (line.IndexOfAny((byte)'\0', (byte)'\r') >= 0) return Fail("a line of its header has a NUL or a lone CR");
            if (line[0] is (byte)' ' or (byte)'\t')
            {
                // A folded line belongs to the one before; what says where the answer ends is never folded.
                if (start == Fields || _frames) return Fail("a line of its header begins with a blank");
                continue;
            }

            var colon = line.IndexOf((byte)':');
            if (colon <= 0 || line[..colon].ContainsAnyExcept(Name)) return Fail("a line of its header has no name");
            _frames = false;
            Take(line[..colon], line[(colon + 1)..].Trim(" \t"u8));
            if (Wrong is not null) return -1;
        }
    }

    static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> line) => !line.IsEmpty && line[^1] == '\r' ? line[..^1] : line;

    bool ReadStatus(ReadOnlySpan<byte> line)
    {
        if (line.Length < 12 || line[7] is < (byte)'0' or > (byte)'9' || line[8] != ' ' || (line.Length > 12 && line[12] != ' ')) return false;
        int a = line[9] - '0', b = line[10] - '0', c = line[11] - '0';
        if ((uint)(a - 1) > 8 || (uint)b > 9 || (uint)c > 9) return false;
        Status = a * 100 + b * 10 + c;
        return true;
    }

    void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        switch (name.Length)
        {
            case 10 when Ascii.EqualsIgnoreCase(name, "Connection"u8):
                foreach (var part in value.Split((byte)','))
                {
                    var option = value[part].Trim(" \t"u8);
                    if (Ascii.EqualsIgnoreCase(option, "close"u8)) Keeps = false;
                    else if (Ascii.EqualsIgnoreCase(option, "keep-alive"u8)) Keeps = !_closes;
                    if (!Keeps) _closes = true;
                }

                break;
            case 14 when Ascii.EqualsIgnoreCase(name, "Content-Length"u8):
                foreach (var part in value.Split((byte)','))
                {
                    var length = Number(value[part].Trim(" \t"u8));
                    if (length < 0) Fail("its Content-Length is no number");
                    else if (Length >= 0 && Length != length) Fail("it has two Content-Lengths that differ");
                    else Length = length;
                }

                _frames = true;
                break;
            case 16 when Ascii.EqualsIgnoreCase(name, "Content-Encoding"u8):
                IsCoded = true;
                break;
            case 17 when Ascii.EqualsIgnoreCase(name, "Transfer-Encoding"u8):
                if (IsChunked || !Ascii.EqualsIgnoreCase(value, "chunked"u8)) Fail("its Transfer-Encoding is not \"chunked\" alone, and no other was asked for");
                IsChunked = true;
                _frames = true;
                break;
        }
    }

    bool Closes { get; set; }

    static long Number(ReadOnlySpan<byte> digits)
    {
        if (digits.IsEmpty || digits.Length > 18) return -1;
        long number = 0;
        foreach (var digit in digits)
        {
            if ((uint)(digit - '0') > 9) return -1;
            number = number * 10 + (digit - '0');
        }

        return number;
    }

    int Fail(string wrong)
    {
        Wrong ??= wrong;
        return -1;
    }
}
