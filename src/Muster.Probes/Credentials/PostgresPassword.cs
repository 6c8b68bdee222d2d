using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What a client of PostgreSQL answers to each question for its password: in clear, hashed with a salt, or by SCRAM-SHA-256 (RFC 5802 and 7677).</summary>
sealed class PostgresPassword(Login login)
{
    /// <summary>More rounds than that would hold a processor for long at a server's word.</summary>
    const int MostRounds = 200_000;
    const int Ok = 0, InClear = 3, Hashed = 5, Sasl = 10, SaslGoesOn = 11, SaslIsDone = 12;
    readonly string _nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));

    string Bare => $"n=,r={_nonce}";

    public static bool IsOk(byte[] body) => body.Length == 4 && BinaryPrimitives.ReadInt32BigEndian(body) == Ok;

    /// <summary>The message to send; empty when there is nothing to say; null when it asks for something else than a password.</summary>
    public byte[]? To(byte[] body)
    {
        if (body.Length < 4) return null;
        var rest = body.AsSpan(4);
        return BinaryPrimitives.ReadInt32BigEndian(body) switch
        {
            InClear => Said([.. Encoding.UTF8.GetBytes(login.Password ?? ""), 0]),
            Hashed when rest.Length == 4 => Said([.. Encoding.ASCII.GetBytes("md5" + Md5([.. Encoding.ASCII.GetBytes(Md5(Encoding.UTF8.GetBytes(login.Password + login.User))), .. rest])), 0]),
            Sasl when Encoding.ASCII.GetString(rest).Split('\0').Contains("SCRAM-SHA-256") => First(),
            SaslGoesOn => Final(Encoding.UTF8.GetString(rest)),
            SaslIsDone => [],
            _ => null,
        };
    }

    byte[] First()
    {
        var says = Encoding.ASCII.GetBytes("n,," + Bare);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, says.Length);
        return Said([.. "SCRAM-SHA-256\0"u8, .. length, .. says]);
    }

    byte[]? Final(string serverFirst)
    {
        if (serverFirst.Split(',') is not [['r', '=', .. var nonce], ['s', '=', .. var salt], ['i', '=', .. var rounds], ..] || !nonce.StartsWith(_nonce, StringComparison.Ordinal)) return null;
        var salted = new byte[salt.Length];
        if (!Convert.TryFromBase64String(salt, salted, out var bytes) || !int.TryParse(rounds, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is 0 or > MostRounds) return null;
        var without = $"c=biws,r={nonce}";
        var key = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(login.Password ?? ""), salted.AsSpan(0, bytes), count, HashAlgorithmName.SHA256, 32);
        var proof = HMACSHA256.HashData(key, "Client Key"u8);
        var signature = HMACSHA256.HashData(SHA256.HashData(proof), Encoding.UTF8.GetBytes($"{Bare},{serverFirst},{without}"));
        for (var i = 0; i < proof.Length; i++) proof[i] ^= signature[i];
        return Said(Encoding.UTF8.GetBytes($"{without},p={Convert.ToBase64String(proof)}"));
    }

    static byte[] Said(byte[] body)
    {
        var whole = new byte[5 + body.Length];
        whole[0] = (byte)'p';
        BinaryPrimitives.WriteInt32BigEndian(whole.AsSpan(1), 4 + body.Length);
        body.CopyTo(whole, 5);
        return whole;
    }

#pragma warning disable CA5351 // The server's protocol asks for it; it protects nothing of ours.
    static string Md5(byte[] bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));
#pragma warning restore CA5351
}
