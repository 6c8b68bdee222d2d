using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A finding as it may be shown: where and what, and a fingerprint under a key; never the value.</summary>
sealed record SecretFinding(string Rule, string Path, int Line, string Fingerprint, int Length, string? Within, string? Object)
{
    public Value.Fields Seen(string? commit) => Value.Of(("rule", Rule), ("path", Path), ("line", Line), ("length", Length), ("fingerprint", Fingerprint)).With(("within", Within), ("object", Object), ("commit", commit));
}

/// <summary>One search over many texts: what was found, what was let stand, and what could not be looked at.</summary>
sealed class SecretSearch(SecretRules rules, Allowances allowances, byte[] key)
{
    /// <summary>A text beyond this is counted as huge and not read.</summary>
    public const int MostText = 16 * 1024 * 1024;

    const int MostKept = 10_000;
    readonly SecretEngine _engine = new(rules);
    readonly HashSet<(string, string, string)> _seen = [];

    public List<SecretFinding> Findings { get; } = [];

    public int Texts { get; private set; }

    public long Bytes { get; private set; }

    public int Allowed { get; private set; }

    public int Binary { get; private set; }

    public int Huge { get; set; }

    public int Unread { get; set; }

    public int Layers { get; set; }

    public SecretTally Tally => _engine.Tally;

    public void Look(ReadOnlySpan<byte> bytes, string path, string? of = null)
    {
        var chars = ArrayPool<char>.Shared.Rent(Math.Max(1, bytes.Length));
        try
        {
            if (Text(bytes, chars) is not { } length)
            {
                Binary++;
                return;
            }

            Texts++;
            Bytes += bytes.Length;
            foreach (var hit in _engine.Scan(chars.AsSpan(0, length), path)) Add(hit, path, of);
        }
        finally { ArrayPool<char>.Shared.Return(chars); }
    }

    /// <summary>Bytes become characters one by one, so that any encoding beside UTF-16 keeps its ASCII and its lines; null for what is no text.</summary>
    static int? Text(ReadOnlySpan<byte> bytes, char[] into)
    {
        if (bytes is not ([0xff, 0xfe, ..] or [0xfe, 0xff, ..]))
            return bytes[..Math.Min(bytes.Length, 8000)].Contains((byte)0) ? null : Encoding.Latin1.GetChars(bytes, into);
        return (bytes[0] == 0xff ? Encoding.Unicode : Encoding.BigEndianUnicode).GetChars(bytes[2..], into);
    }

    void Add(SecretHit hit, string path, string? of)
    {
        var fingerprint = Fingerprint(hit.Value, key);
        // The same value in a hundred versions of a file is one secret.
        if (!_seen.Add((hit.Rule, path, fingerprint))) return;
        if (allowances.Take(hit, path, fingerprint)) Allowed++;
        else if (Findings.Count < MostKept) Findings.Add(new(hit.Rule, path, hit.Line, fingerprint, hit.Value.Length, hit.Within, of));
    }

    public static string Fingerprint(string value, byte[] key) => "hmac:" + Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.Latin1.GetBytes(value)))[..24];
}
