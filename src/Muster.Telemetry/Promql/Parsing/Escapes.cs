using System.Globalization;
using System.Text;

namespace Muster.Telemetry.Promql.Parsing;

/// <summary>Escapes of quoted strings, as Go has them (<see href="https://go.dev/ref/spec#Rune_literals"/>); <c>\x</c> and octals are bytes.</summary>
static class Escapes
{
    /// <param name="at">On the backslash; afterwards on the last character of the escape.</param>
    public static void Read(string text, ref int at, char quote, List<byte> into)
    {
        var start = at++;
        if (at >= text.Length) throw Lexer.Bad("escape sequence not terminated", start, at);
        var c = text[at];
        switch (c)
        {
            case 'a': into.Add(7); return;
            case 'b': into.Add(8); return;
            case 'f': into.Add(12); return;
            case 'n': into.Add(10); return;
            case 'r': into.Add(13); return;
            case 't': into.Add(9); return;
            case 'v': into.Add(11); return;
            case '\\': into.Add((byte)'\\'); return;
            case 'x': into.Add((byte)Digits(text, ref at, start, 2, 16, 1)); return;
            case 'u': Rune(Digits(text, ref at, start, 4, 16, 1), start, at, into); return;
            case 'U': Rune(Digits(text, ref at, start, 8, 16, 1), start, at, into); return;
            case >= '0' and <= '7': into.Add((byte)Digits(text, ref at, start, 3, 8, 0)); return;
            default:
                if (c != quote) throw Lexer.Bad($"unknown escape sequence '\\{c}'", start, at + 1);
                into.Add((byte)c);
                return;
        }
    }

    static uint Digits(string text, ref int at, int start, int count, int radix, int skip)
    {
        var from = at + skip;
        if (from + count > text.Length) throw Lexer.Bad("escape sequence not terminated", start, text.Length);
        var digits = text.AsSpan(from, count);
        uint value = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiHexDigit(digit) || Convert.ToInt32(digit.ToString(), 16) >= radix) throw Lexer.Bad($"illegal character '{digit}' in escape sequence", start, from + count);
            value = (value * (uint)radix) + Convert.ToUInt32(digit.ToString(), 16);
        }

        at = from + count - 1;
        return radix == 8 && value > 255 ? throw Lexer.Bad(string.Create(CultureInfo.InvariantCulture, $"octal escape value {value} is above 255"), start, at) : value;
    }

    static void Rune(uint value, int start, int end, List<byte> into)
    {
        if (!System.Text.Rune.TryCreate(value, out var rune)) throw Lexer.Bad("escape sequence is an invalid Unicode code point", start, end);
        into.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
    }
}
