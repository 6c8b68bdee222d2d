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
        var decided = session.Kept.LastOrDefault(entry => entry.Fact is Fact.Decided fact && fact.Statement == statement) ?? session.Record(decision)!;
        var signers = session.Kept.Where(entry => entry.Fact is Fact.SignedOff).ToImmutableArray();
        var known = session.Ledger.Keys.List().Keys.Select(key => key.Key).Concat(PublishedKeys(session.Workspace));
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
            CertificateCheck.Verified { Verdict: var decision } => new(true, $"verifies; it proves {Commands.SignCommand.Words(decision.Verdict)} for {decision.Gate} in {decision.Environment}"),
            CertificateCheck.Refused { Because: var because } => new(false, $"refused. {because}"),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    /// <summary>The public keys in the document's own folder: those of people who sign on other machines too.</summary>
    static IEnumerable<PublicKey> PublishedKeys(Workspace workspace)
    {
        var folder = Path.Combine(workspace.Folder, "keys");
        if (!Directory.Exists(folder)) yield break;
        foreach (var file in Directory.EnumerateFiles(folder, "*.pub").Take(1_000))
            if (new FileInfo(file).Length < 16_384 && PublicKey.FromPem(File.ReadAllText(file)) is { } key) yield return key;
    }
}
