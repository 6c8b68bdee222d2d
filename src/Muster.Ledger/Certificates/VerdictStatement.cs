using System.Text;
using Muster.Readiness;

namespace Muster.Ledger;

/// <summary>The in-toto Statement v1 whose predicate is a Decision: what a certificate's envelope carries.</summary>
static class VerdictStatement
{
    public const string PredicateType = "urn:muster:verdict:v1";
    static readonly byte[] Start = Encoding.UTF8.GetBytes("""{"_type":"https://in-toto.io/Statement/v1","predicate":""");

    public static byte[] Bytes(ReadOnlySpan<byte> decision, Digest release) => [.. Start, .. decision, .. End(release)];

    /// <summary>The decision's bytes, or null unless the payload is such a statement about the release that the decision names.</summary>
    public static byte[]? DecisionBytes(ReadOnlySpan<byte> payload)
    {
        var end = End(default).Length; // a digest has one length
        if (!payload.StartsWith(Start) || payload.Length < Start.Length + end) return null;
        return payload[Start.Length..^end].ToArray();
    }

    static byte[] End(Digest release) => Encoding.UTF8.GetBytes(
        $$$""","predicateType":"{{{PredicateType}}}","subject":[{"digest":{"sha256":"{{{release.Hex}}}"},"name":"release"}]}""");
}
