using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Muster.Readiness;

/// <summary>RFC 8785, the JSON Canonicalization Scheme: one value, one sequence of bytes. Everything that is digested or signed goes through here.</summary>
public static class CanonicalJson
{
    static readonly SearchValues<char> Escaped = SearchValues.Create(
        "\"\\\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f");

    const int LargestSpare = 16 * 1024;

    // Small values are digested ten thousand at a time: each thread keeps one builder for the next of them.
    [ThreadStatic]
    static StringBuilder? _spare;

    public static byte[] Bytes(Value value) => Encoding.UTF8.GetBytes(Text(value));

    public static string Text(Value value)
    {
        if (value is Value.Number number) return Number(number.Is);
        var to = _spare ?? new StringBuilder(512);
        _spare = null;
        Write(value, to);
        var text = to.ToString();
        if (to.Capacity <= LargestSpare) _spare = to.Clear();
        return text;
    }

    static void Write(Value value, StringBuilder to)
    {
        switch (value)
        {
            case Value.Nothing: to.Append("null"); break;
            case Value.Truth truth: to.Append(truth.Is ? "true" : "false"); break;
            case Value.Number number: to.Append(Number(number.Is)); break;
            case Value.Text text: Quote(text.Is, to); break;
            case Value.Items items:
                to.Append('[');
                for (var i = 0; i < items.Are.Length; i++)
                {
                    if (i > 0) to.Append(',');
                    Write(items.Are[i], to);
                }

                to.Append(']');
                break;
            case Value.Fields fields:
                to.Append('{');
                var first = true;
                foreach (var (name, field) in fields)
                {
                    if (!first) to.Append(',');
                    first = false;
                    Quote(name, to);
                    to.Append(':');
                    Write(field, to);
                }

                to.Append('}');
                break;
            default: throw new UnreachableException();
        }
    }

    static void Quote(string text, StringBuilder to)
    {
        to.Append('"');
        var rest = text.AsSpan();
        while (rest.IndexOfAny(Escaped) is var at and >= 0)
        {
            to.Append(rest[..at]);
            switch (rest[at])
            {
                case '"': to.Append("\\\""); break;
                case '\\': to.Append("\\\\"); break;
                case '\b': to.Append("\\b"); break;
                case '\t': to.Append("\\t"); break;
                case '\n': to.Append("\\n"); break;
                case '\f': to.Append("\\f"); break;
                case '\r': to.Append("\\r"); break;
                case var control: to.Append("\\u").Append(((int)control).ToString("x4", CultureInfo.InvariantCulture)); break;
            }

            rest = rest[(at + 1)..];
        }

        to.Append(rest).Append('"');
    }

    /// <summary>ECMAScript's Number::toString (RFC 8785, 3.2.2.3): the shortest digits that read back, exponent from 1e21 and below 1e-6.</summary>
    /// <exception cref="ArgumentException">NaN or an infinity, which JSON cannot say.</exception>
    public static string Number(double number)
    {
        if (!double.IsFinite(number)) throw new ArgumentException("JSON has no NaN and no infinity");
        if (number == 0) return "0";
        if (number == Math.Floor(number) && Math.Abs(number) < 1e15) return ((long)number).ToString(CultureInfo.InvariantCulture);
        var round = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture);
        var (digits, exponent) = Digits(round);
        var sign = number < 0 ? "-" : "";
        var point = exponent + 1; // ECMAScript's n: the place of the decimal point after the first digit counts from the left
        if (digits.Length <= point && point <= 21) return sign + digits + new string('0', point - digits.Length);
        if (point is > 0 and <= 21) return sign + digits[..point] + "." + digits[point..];
        if (point is > -6 and <= 0) return sign + "0." + new string('0', -point) + digits;
        var power = point - 1;
        var mantissa = digits.Length == 1 ? digits : digits[..1] + "." + digits[1..];
        return sign + mantissa + "e" + (power < 0 ? "-" : "+") + Math.Abs(power).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The significant digits without leading or trailing zeros, and the power of ten of the first.</summary>
    static (string Digits, int Exponent) Digits(string written)
    {
        var exponent = 0;
        if (written.IndexOf('E', StringComparison.Ordinal) is var e and >= 0)
        {
            exponent = int.Parse(written.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            written = written[..e];
        }

        var point = written.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? written : written[..point];
        var digits = whole + (point < 0 ? "" : written[(point + 1)..]);
        exponent += whole.Length - 1;
        var leading = digits.Length - digits.TrimStart('0').Length;
        return (digits.Trim('0'), exponent - leading);
    }
}
