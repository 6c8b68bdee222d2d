using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What can be made of a good token without any key. Attacks on JSON web tokens: RFC 8725, 2.</summary>
static class BadTokens
{
    /// <summary>Each with its name; null is no token at all.</summary>
    public static IEnumerable<(string Name, string? Token)> Of(string good, string? publicKey)
    {
        yield return ("none", null);
        yield return ("empty", "");
        yield return ("random", "muster-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        yield return ("damaged", Flipped(good));
        if (good.Split('.') is not [var head, var body, _] || Read(head) is not { } header || Read(body) is not { } claims) yield break;
        yield return ("unsigned", $"{head}.{body}.");
        yield return ("algorithm none", $"{Write(header.With("alg", "none"))}.{body}.");
        yield return ("algorithm None", $"{Write(header.With("alg", "None"))}.{body}.");
        yield return ("altered", $"{head}.{Write(claims.With("sub", "muster").With("admin", true))}.{good.Split('.')[2]}");
        yield return ("another key", Signed(header, body));
        if (publicKey is not null) yield return ("public key as secret", Shared(header, body, publicKey));
    }

    static string Flipped(string token)
    {
        if (token.Length == 0) return "x";
        // Not the last letter: its low bits may not count in base64.
        var at = token.Length - 1 - Math.Min(4, token.Length - 1);
        return token[..at] + (token[at] == 'A' ? 'B' : 'A') + token[(at + 1)..];
    }

    static string Signed(Value.Fields header, string body)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signed = $"{Write(header.With("alg", "ES256").With("jwk", null))}.{body}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    static string Shared(Value.Fields header, string body, string publicKey)
    {
        var signed = $"{Write(header.With("alg", "HS256"))}.{body}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(publicKey), Encoding.ASCII.GetBytes(signed)))}";
    }

    static string Write(Value.Fields fields) => Base64Url.EncodeToString(CanonicalJson.Bytes(fields));

    static Value.Fields? Read(string part)
    {
        try { return Value.Parse(Base64Url.DecodeFromChars(part)) as Value.Fields; }
        catch (Exception none) when (none is FormatException or JsonException or InvalidOperationException) { return null; } // No JWT, then.
    }
}
