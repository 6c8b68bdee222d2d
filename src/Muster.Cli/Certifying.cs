using System.Collections.Immutable;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>What verifying a certificate came to, in a sentence.</summary>
sealed record CertificateVerdict(bool Verified, string Says);

/// <summary>Verdicts of this ledger into certificates.</summary>
static class Certifying
{
    /// <exception cref="Refusal">The verdict is not in the ledger, or a sign-off's key is not known.</exception>
    public static byte[] Write(Session session, Decision decision, Checkpoint? since = null)
    {
        var statement = Digest.Of(Statements.ToBytes(decision));
        var decided = session.Kept.LastOrDefault(entry => entry.Fact is Fact.Decided fact && fact.Statement == statement)
            ?? throw Refusal.Usage("this verdict is not in the ledger", "`muster gate` records it");
        var signers = session.Kept.Where(entry => entry.Fact is Fact.SignedOff).ToImmutableArray();
        var known = session.Ledger.Keys.List().Keys.Select(key => key.Key).Concat(session.Workspace.PublishedKeys);
        return CertificateFile.Write(session.Ledger, decided, decision, signers, known, session.Ledger.Runner!, since) switch
        {
            CertificateWriting.Written { Bytes: var bytes } => bytes,
            CertificateWriting.NotWritten { Problem: var problem } => throw Session.Of(problem),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    public static CertificateVerdict Verify(byte[] bytes, IReadOnlyCollection<PublicKey> keys, string gate, string environment) =>
        CertificateFile.Verify(bytes, keys, new() { Gate = gate, Environment = environment }) switch
        {
            CertificateCheck.Verified { Verdict: var decision } => new(true, $"verifies; it proves {VerdictWords.Of(decision.Verdict)} for {decision.Gate} in {decision.Environment}"),
            CertificateCheck.Refused { Because: var because } => new(false, $"refused. {because}"),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
