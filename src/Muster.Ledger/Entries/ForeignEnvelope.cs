using System.Collections.Immutable;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Ledger;

/// <summary>One signature of a foreign envelope. The key id is a hint of its writer and decides nothing.</summary>
public sealed record ForeignSignature(string KeyId, ImmutableArray<byte> Bytes);

/// <summary>
/// A DSSE envelope of someone else, read as leniently as DSSE 1.0 says: standard or url-safe base64, padded or not, unknown fields ignored, several signatures.
/// What is verified are the payload's bytes; they are never written anew.
/// </summary>
public sealed record ForeignEnvelope(string PayloadType, ImmutableArray<byte> Payload, ImmutableArray<ForeignSignature> Signatures)
{
    /// <summary>16 MiB.</summary>
    public const int Largest = 16 * 1024 * 1024;

    const int MostSignatures = 64;

    /// <summary>Null if this is no envelope, or too large a one.</summary>
    public static ForeignEnvelope? Read(ReadOnlySpan<byte> json)
    {
        if (json.Length > Largest) return null;
        try
        {
            if (Value.Parse(json) is not Value.Fields fields || fields["payloadType"] is not Value.Text type || fields["payload"] is not Value.Text payload
                || fields["signatures"] is not Value.Items { Are: { Length: > 0 and <= MostSignatures } are } || Decode(payload.Is) is not { } bytes) return null;
            var signatures = are.Select(one => one is Value.Fields of && of["sig"] is Value.Text sig && Decode(sig.Is) is { } decoded
                ? new ForeignSignature(of["keyid"] is Value.Text id ? id.Is : "", [.. decoded]) : null).ToArray();
            return signatures.Any(one => one is null) ? null : new(type.Is, [.. bytes], [.. signatures!]);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null; // not JSON
        }
    }

    /// <summary>True if at least one signature is this key's, over the payload and its type.</summary>
    public bool IsBy(PublicKey key)
    {
        var signed = Envelope.PreAuthentication(PayloadType, Payload.AsSpan());
        return Signatures.Any(signature => key.VerifiesLeniently(signed, signature.Bytes.AsSpan()));
    }

    static byte[]? Decode(string text)
    {
        var standard = text.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        var bytes = new byte[standard.Length];
        return Convert.TryFromBase64String(standard.PadRight((standard.Length + 3) / 4 * 4, '='), bytes, out var written) ? bytes[..written] : null;
    }
}
