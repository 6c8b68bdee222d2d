using System.Buffers;
using System.Text;

namespace Muster.Probes.Load;

/// <summary>Writes what fills a placeholder so that it cannot be more than a value where it stands.</summary>
static class Escaping
{
    const int Small = 512;
    static readonly SearchValues<char> Unreserved = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");
    static readonly SearchValues<char> NotInJson = SearchValues.Create("\"\\\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f");

    /// <summary>False if the text cannot stand there: a line end in a header, or no number where one is meant.</summary>
    public static bool Write(string text, TemplatePlace place, bool number, IBufferWriter<byte> to)
    {
        if (number && !IsNumber(text)) return false;
        switch (place)
        {
            case TemplatePlace.Header when text.AsSpan().ContainsAnyInRange('\0', '\u001f') || text.Contains('\u007f', StringComparison.Ordinal): return false;
            case TemplatePlace.Percent when text.AsSpan().ContainsAnyExcept(Unreserved): Percent(text, to); return true;
            case TemplatePlace.Json when text.AsSpan().ContainsAny(NotInJson): Json(text, to); return true;
            default: Plain(text, to); return true;
        }
    }

    /// <summary>As RFC 8259 has it: no sign "+", no leading zero, no bare point.</summary>
    public static bool IsNumber(string text)
    {
        if (text.Length is 0 or > 64) return false;
        var at = text[0] == '-' ? 1 : 0;
        var whole = Digits(text, ref at);
        if (whole == 0 || whole > 1 && text[at - whole] == '0') return false;
        if (at < text.Length && text[at] == '.')
        {
            at++;
            if (Digits(text, ref at) == 0) return false;
        }

        if (at < text.Length && text[at] is 'e' or 'E')
        {
            at++;
            if (at < text.Length && text[at] is '+' or '-') at++;
            if (Digits(text, ref at) == 0) return false;
        }

        return at == text.Length;
    }

    static int Digits(string text, ref int at)
    {
        var from = at;
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        return at - from;
    }

    static void Plain(string text, IBufferWriter<byte> to)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        to.Advance(Encoding.UTF8.GetBytes(text, to.GetSpan(most)));
    }

    static void Percent(string text, IBufferWriter<byte> to)
    {
        Span<byte> small = stackalloc byte[Small];
        var bytes = text.Length * 3 <= Small ? small : new byte[text.Length * 3];
        bytes = bytes[..Encoding.UTF8.GetBytes(text, bytes)];
        var room = to.GetSpan(bytes.Length * 3);
        var at = 0;
        foreach (var one in bytes)
        {
            if (one < 128 && Unreserved.Contains((char)one))
            {
                room[at++] = one;
                continue;
            }

            room[at++] = (byte)'%';
            room[at++] = "0123456789ABCDEF"u8[one >> 4];
            room[at++] = "0123456789ABCDEF"u8[one & 15];
        }

        to.Advance(at);
    }

    static void Json(string text, IBufferWriter<byte> to)
    {
        var rest = text.AsSpan();
        while (rest.IndexOfAny(NotInJson) is var at and >= 0)
        {
            to.Advance(Encoding.UTF8.GetBytes(rest[..at], to.GetSpan(Encoding.UTF8.GetMaxByteCount(at))));
            var odd = rest[at];
            var room = to.GetSpan(6);
            if (odd is '"' or '\\')
            {
                room[0] = (byte)'\\';
                room[1] = (byte)odd;
                to.Advance(2);
            }
            else
            {
                "\\u00"u8.CopyTo(room);
                room[4] = "0123456789abcdef"u8[odd >> 4];
                room[5] = "0123456789abcdef"u8[odd & 15];
                to.Advance(6);
            }

            rest = rest[(at + 1)..];
        }

        to.Advance(Encoding.UTF8.GetBytes(rest, to.GetSpan(Encoding.UTF8.GetMaxByteCount(rest.Length))));
    }
}
