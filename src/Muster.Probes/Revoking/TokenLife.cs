using System.Buffers.Text;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What a JSON web token says of its own end (RFC 7519, 4.1.4), read without its key: nobody is let in by it here.</summary>
static class TokenLife
{
    const int MostToken = 64 * 1024;
    static readonly double Last = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>The claims; null where it is no such token.</summary>
    public static Value.Fields? Claims(string token)
    {
        if (token.Length > MostToken || token.Split('.') is not [_, var body, _]) return null;
        try { return Value.Parse(Base64Url.DecodeFromChars(body)) as Value.Fields; }
        catch (Exception none) when (none is FormatException or JsonException or InvalidOperationException) { return null; } // Opaque, as many are.
    }

    /// <summary>When it ends by itself; null where it does not say.</summary>
    public static DateTimeOffset? End(string token) =>
        Claims(token)?["exp"] is Value.Number { Is: >= 0 and var at } && at < Last ? DateTimeOffset.FromUnixTimeSeconds((long)at) : null;
}
