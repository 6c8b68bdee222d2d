using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Muster.Ledger;

/// <summary>
/// A DSSE envelope as we write it: canonical JSON, one signature, standard base64 with one spelling. Reading accepts nothing else;
/// envelopes of others go through <see cref="ForeignEnvelope"/>.
/// </summary>
sealed record Envelope(byte[] Payload, string KeyId, byte[] Signature)
{
    public const string PayloadType = "application/vnd.in-toto+json";
    static readonly SearchValues<byte> Hex = SearchValues.Create("0123456789abcdef"u8);

    public static Envelope Seal(byte[] payload, Signer signer) => new(payload, signer.KeyId, signer.Sign(PreAuthentication(PayloadType, payload)));

    /// <summary>DSSE's PAE: what is signed.</summary>
    public static byte[] PreAuthentication(string type, ReadOnlySpan<byte> payload)
    {
        var head = Encoding.UTF8.GetBytes($"DSSEv1 {Encoding.UTF8.GetByteCount(type)} {type} {payload.Length} ");
        var whole = new byte[head.Length + payload.Length];
        head.CopyTo(whole, 0);
        payload.CopyTo(whole.AsSpan(head.Length));
        return whole;
    }

    public bool IsBy(PublicKey key) => key.KeyId == KeyId && key.Verifies(PreAuthentication(PayloadType, Payload), Signature);

    public byte[] Bytes() => Encoding.ASCII.GetBytes(
        $$"""{"payload":"{{Convert.ToBase64String(Payload)}}","payloadType":"{{PayloadType}}","signatures":[{"keyid":"{{KeyId}}","sig":"{{Convert.ToBase64String(Signature)}}"}]}""");

    /// <summary>Null unless the bytes are exactly what <see cref="Bytes"/> writes. The signature is not verified here.</summary>
    public static Envelope? Read(ReadOnlySpan<byte> bytes)
    {
        var exact = new Exact(bytes);
        if (!exact.Skip("{\"payload\":\""u8) || !exact.Text(bytes.Length, out var payload)
            || !exact.Skip("\",\"payloadType\":\"application/vnd.in-toto+json\",\"signatures\":[{\"keyid\":\""u8)
            || !exact.Text(64, out var keyId) || keyId.Length != 64 || keyId.ContainsAnyExcept(Hex)
            || !exact.Skip("\",\"sig\":\""u8) || !exact.Text(128, out var signature)
            || !exact.Skip("\"}]}"u8) || !exact.AtEnd) return null;
        return Base64.Read(payload) is { } decoded && Base64.Read(signature) is { } sig ? new(decoded, Encoding.ASCII.GetString(keyId), sig) : null;
    }
}
