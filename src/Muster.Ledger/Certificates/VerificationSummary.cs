using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Ledger;

/// <summary>A SLSA Verification Summary Attestation v1 of a verdict, in a DSSE envelope, for tools that read that and not our own certificate.</summary>
public static class VerificationSummary
{
    const string PredicateType = "https://slsa.dev/verification_summary/v1";

    /// <summary>Null without image digests: a VSA speaks of artifacts and of nothing else.</summary>
    /// <param name="images">Artifact name and digest.</param>
    /// <param name="verifier">Version of the program.</param>
    public static byte[]? Write(Decision decision, ImmutableSortedDictionary<string, Digest> images, string verifier, Signer runner) =>
        images.IsEmpty ? null : Envelope.Seal(CanonicalJson.Bytes(Statement(decision, images, verifier)), runner).Bytes();

    static Value.Fields Statement(Decision decision, ImmutableSortedDictionary<string, Digest> images, string verifier)
    {
        var passed = decision.Verdict is Verdict.Go or Verdict.ConditionalGo;
        var predicate = Value.Of(
            ("verifier", Value.Of(("id", "urn:muster:verifier"), ("version", Value.Of(("muster", verifier))))),
            ("timeVerified", decision.At),
            ("resourceUri", ResourceUri(decision.Gate, decision.Environment)),
            ("policy", Value.Of(("uri", "urn:muster:document:" + Uri.EscapeDataString(decision.System)), ("digest", Sha256(decision.Document)))),
            ("verificationResult", passed ? "PASSED" : "FAILED"),
            ("verifiedLevels", Value.Texts([passed ? "MUSTER_" + decision.Verdict.ToString().ToUpperInvariant() : "FAILED"])),
            ("slsaVersion", "1.0"));
        if (!decision.Conditions.IsEmpty)
            predicate = predicate.With("urn:muster:conditions:v1", Value.List(decision.Conditions.Select(open => Value.Of(("control", open.Control), ("due", open.Due), ("id", open.Id)))));
        return Value.Of(
            ("_type", "https://in-toto.io/Statement/v1"), ("predicateType", PredicateType), ("predicate", predicate),
            ("subject", Value.List(images.Select(image => Value.Of(("name", image.Key), ("digest", Sha256(image.Value)))))));
    }

    public static string ResourceUri(string gate, string environment) => $"urn:muster:gate:{Uri.EscapeDataString(gate)}:{Uri.EscapeDataString(environment)}";

    static Value.Fields Sha256(Digest digest) => Value.Of(("sha256", digest.Hex));
}
