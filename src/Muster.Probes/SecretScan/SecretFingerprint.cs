using System.Security.Cryptography;
using System.Text;

namespace Muster.Probes;

/// <summary>HMAC-SHA256 (RFC 2104) over a secret's name and value, its first 128 bits: the same value under two names has two fingerprints, so that equality does not show.</summary>
static class SecretFingerprint
{
    public static string Of(string key, string name, string value) => Cut(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"secret\0{name}\0{value}")));

    public static string OfKey(string key) => Cut(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), "key"u8));

    static string Cut(byte[] mac) => "hmac:" + Convert.ToHexStringLower(mac.AsSpan(0, 16));
}
