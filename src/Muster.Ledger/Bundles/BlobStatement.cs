using System.Text;
using Muster.Readiness;

namespace Muster.Ledger;

/// <summary>Bytes that an entry names, on their way in a bundle: a statement whose subject is their digest. One spelling.</summary>
static class BlobStatement
{
    public static byte[] Of(Digest digest, ReadOnlySpan<byte> bytes) => [.. Encoding.ASCII.GetBytes(
        $$$"""{"_type":"https://in-toto.io/Statement/v1","predicate":{"bytes":"{{{Convert.ToBase64String(bytes)}}}"},"predicateType":"urn:muster:blob:v1","subject":[{"digest":{"sha256":"{{{digest.Hex}}}"},"name":"blob"}]}""")];

    /// <summary>Null unless the payload is exactly that and the digest is of the bytes.</summary>
    public static (Digest Digest, byte[] Bytes)? Read(ReadOnlySpan<byte> payload)
    {
        var exact = new Exact(payload);
        return exact.Skip("{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicate\":{\"bytes\":\""u8) && exact.Text(payload.Length, out var base64)
            && exact.Skip("\"},\"predicateType\":\"urn:muster:blob:v1\",\"subject\":[{\"digest\":{\"sha256\":\""u8) && exact.Text(64, out var hex)
            && exact.Skip("\"},\"name\":\"blob\"}]}"u8) && exact.AtEnd
            && Base64.Read(base64) is { } bytes && Digest.TryParse(Encoding.ASCII.GetString(hex), out var digest) && Digest.Of(bytes) == digest ? (digest, bytes) : null;
    }
}
