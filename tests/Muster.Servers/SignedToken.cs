using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Muster.Servers;

/// <summary>A JSON web token, signed by HS256.</summary>
public static class SignedToken
{
    /// <param name="id">Its claim jti; one of its own unless given.</param>
    public static string Of(byte[] key, string who, TimeSpan life, string? id = null)
    {
        var claims = JsonSerializer.Serialize(new Dictionary<string, object> { ["sub"] = who, ["jti"] = id ?? Guid.NewGuid().ToString("N"), ["exp"] = DateTimeOffset.UtcNow.Add(life).ToUnixTimeSeconds() });
        var signed = Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8) + "." + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims));
        return signed + "." + Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed)));
    }
}
