using System.Buffers;
using System.Security.Cryptography;

namespace Muster.Probes;

/// <summary>
/// How many bits somebody has to guess at most. A random text has as many as its length and alphabet give; what is no accident costs less:
/// a word, a run, a row as 1234, a year, something that stood there before. It is a bound from above: a text without a pattern that is seen here may still be known to somebody.
/// </summary>
static class SecretStrength
{
    // One of a few hundred words, in one of two spellings.
    const double OfWord = 9;
    const double OfYear = 7;
    const int MostRead = 4096;
    static readonly SearchValues<char> SmallHex = SearchValues.Create("0123456789abcdef"), CapitalHex = SearchValues.Create("0123456789ABCDEF");

    public static double Bits(string value)
    {
        if (value.Contains("PRIVATE KEY-----", StringComparison.Ordinal)) return OfKey(value);
        var text = (value.Length > MostRead ? value[..MostRead] : value).TrimEnd('='); // The padding of base64 says nothing.
        if (text.Length == 0) return 0;
        var plain = Plain(text);
        var each = Math.Log2(Alphabet(text));
        var bits = 0.0;
        for (var at = 0; at < text.Length;)
        {
            var (length, cost) = Longest(text, plain, at, each);
            bits += Math.Min(cost, length * each);
            at += length;
        }

        return Math.Round(bits, 1);
    }

    static (int Length, double Bits) Longest(string text, string plain, int at, double each)
    {
        (int Length, double Bits) best = (1, each);
        void Take(int length, double bits)
        {
            if (length * each - bits > best.Length * each - best.Bits) best = (length, bits);
        }

        foreach (var word in WeakSecrets.Words)
            if (plain.AsSpan(at).StartsWith(word, StringComparison.Ordinal)) Take(word.Length, OfWord);
        if (Row(text, at, 0) is >= 4 and var run) Take(run, each + Math.Log2(run));
        if (Math.Max(Row(text, at, 1), Row(text, at, -1)) is >= 4 and var row) Take(row, each + 1 + Math.Log2(row));
        if (IsYear(text, at)) Take(4, OfYear);
        if (Again(text, at) is >= 4 and var again) Take(again, Math.Log2(at) + Math.Log2(again));
        return best;
    }

    /// <summary>How many characters from here stand in a row, each this much above the one before.</summary>
    static int Row(string text, int at, int step)
    {
        var end = at + 1;
        while (end < text.Length && text[end] - text[end - 1] == step) end++;
        return end - at;
    }

    static bool IsYear(string text, int at) => at + 4 <= text.Length && text.AsSpan(at, 2) is "19" or "20" && char.IsAsciiDigit(text[at + 2]) && char.IsAsciiDigit(text[at + 3]) && (at == 0 || !char.IsAsciiDigit(text[at - 1])) && (at + 4 == text.Length || !char.IsAsciiDigit(text[at + 4]));

    /// <summary>How many characters from here stood in the text before.</summary>
    static int Again(string text, int at)
    {
        var length = 4;
        if (at < length || at + length > text.Length || !text.AsSpan(0, at).Contains(text.AsSpan(at, length), StringComparison.Ordinal)) return 0;
        while (at + length < text.Length && length < at && text.AsSpan(0, at).Contains(text.AsSpan(at, length + 1), StringComparison.Ordinal)) length++;
        return length;
    }

    /// <summary>In small letters, with the signs that people write for letters turned back.</summary>
    static string Plain(string text) => string.Create(text.Length, text, static (plain, from) =>
    {
        for (var i = 0; i < from.Length; i++)
            plain[i] = from[i] switch { '@' or '4' => 'a', '0' => 'o', '1' or '!' => 'i', '3' => 'e', '$' or '5' => 's', '7' => 't', var other => char.ToLowerInvariant(other) };
    });

    /// <summary>The size of the smallest usual alphabet that has all the characters.</summary>
    static int Alphabet(string text)
    {
        var bare = text.AsSpan();
        if (!bare.ContainsAnyExceptInRange('0', '9')) return 10;
        if (!bare.ContainsAnyExcept(SmallHex) || !bare.ContainsAnyExcept(CapitalHex)) return 16;
        bool small = false, capital = false, digit = false, safe = false, other = false;
        foreach (var character in bare)
            if (char.IsAsciiLetterLower(character)) small = true;
            else if (char.IsAsciiLetterUpper(character)) capital = true;
            else if (char.IsAsciiDigit(character)) digit = true;
            else if (character is '-' or '_' or '+' or '/') safe = true;
            else other = true;
        return other ? 95 : (small ? 26 : 0) + (capital ? 26 : 0) + (digit ? 10 : 0) + (safe ? 2 : 0);
    }

    /// <summary>Of a private key by its kind and size, as NIST SP 800-57 part 1, table 2 compares them.</summary>
    static double OfKey(string pem)
    {
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return rsa.KeySize switch { < 2048 => 80, < 3072 => 112, < 7680 => 128, < 15360 => 192, _ => 256 };
        }
        catch (Exception other) when (other is CryptographicException or ArgumentException) { return OfCurve(pem); } // Another kind of key.
    }

    static double OfCurve(string pem)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(pem);
            return key.KeySize / 2.0;
        }
        catch (Exception other) when (other is CryptographicException or ArgumentException) { return 0; } // Encrypted, or nothing that is known here: it says nothing for itself.
    }
}
