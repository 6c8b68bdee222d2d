using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Muster.Probes.Tests.Identity;

/// <summary>An application that verifies its tokens (ES256), and each way in which such a check is known to be wrong.</summary>
sealed class VerifyingApp : IAsyncDisposable
{
    readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    readonly LoopbackSite _site = LoopbackSite.Start();

    public VerifyingApp() => _site.Otherwise = Answer;

    /// <summary>What it does wrong; empty for nothing.</summary>
    public string Flaw { get; set; } = "";

    public string Address => _site.Address.AbsoluteUri;

    public string PublicKey => _key.ExportSubjectPublicKeyInfoPem();

    public string Token(string who, TimeSpan until) => Signed(_key, who, until);

    public static string Foreign(string who, TimeSpan until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Signed(key, who, until);
    }

    static string Signed(ECDsa key, string who, TimeSpan until)
    {
        var signed = Base64Url.EncodeToString("""{"alg":"ES256","typ":"JWT"}"""u8) + "." + Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"sub":"{{who}}","exp":{{(DateTimeOffset.UtcNow + until).ToUnixTimeSeconds()}}}"""));
        return signed + "." + Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256));
    }

    SiteResponse Answer(SiteRequest request)
    {
        if (Flaw == "refuses everybody") return new(401);
        if (Flaw == "lets in everybody") return new(200);
        if (Flaw == "breaks at what it cannot read" && Claims(Borne(request)) is null) return new(500);
        if (Flaw == "reads the address" && request.Query.Contains("access_token=", StringComparison.Ordinal)) return new(200);
        if (Flaw == "reads a cookie" && request.Headers.ContainsKey("cookie")) return new(200);
        if (Flaw == "reads another header" && request.Headers.ContainsKey("x-api-key")) return new(200);
        if (Flaw == "takes any word" && Borne(request).Length > 0) return new(200);
        return Takes(Borne(request)) ? new(200) : new(401);
    }

    static string Borne(SiteRequest request) => request.Headers.GetValueOrDefault("authorization") is { } said && said.StartsWith("Bearer ", StringComparison.Ordinal) ? said["Bearer ".Length..] : "";

    bool Takes(string token)
    {
        if (Claims(token) is not { } claims) return false;
        var parts = token.Split('.');
        var (signed, signature) = (Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Bytes(parts[2]));
        var whole = Text(parts[0], "alg") switch
        {
            "ES256" => signature is { Length: 64 } && _key.VerifyData(signed, signature, HashAlgorithmName.SHA256),
            "HS256" when Flaw == "takes the public key for a secret" => signature is not null && CryptographicOperations.FixedTimeEquals(signature, HMACSHA256.HashData(Encoding.UTF8.GetBytes(PublicKey), signed)),
            "none" => Flaw == "takes the algorithm none",
            "None" => Flaw == "takes the algorithm none by another spelling",
            _ => false,
        };
        return (whole || Flaw == "does not verify") && (claims > DateTimeOffset.UtcNow.ToUnixTimeSeconds() || Flaw == "takes what has expired");
    }

    /// <summary>Until when it says that it holds; null for what is no token.</summary>
    static long? Claims(string token)
    {
        if (token.Split('.') is not [_, var body, _] || Bytes(body) is not { } bytes) return null;
        try
        {
            using var claims = JsonDocument.Parse(bytes);
            return claims.RootElement.GetProperty("exp").GetInt64();
        }
        catch (JsonException) { return null; } // No token, which is the answer.
    }

    static string? Text(string part, string name)
    {
        using var read = JsonDocument.Parse(Bytes(part) ?? "{}"u8.ToArray());
        return read.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    static byte[]? Bytes(string part)
    {
        try { return Base64Url.DecodeFromChars(part); }
        catch (FormatException) { return null; } // No base64, which is the answer.
    }

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        _key.Dispose();
    }
}
