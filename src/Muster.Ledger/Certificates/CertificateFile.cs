using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Ledger;

/// <summary>The launch certificate: one file that proves a verdict offline. Its bytes stand in docs/formats/certificate.md.</summary>
public static class CertificateFile
{
    /// <summary>Writes the certificate of a verdict that is in the ledger, and verifies it before handing it out.</summary>
    /// <param name="decided">The entry of <see cref="Fact.Decided"/>.</param>
    /// <param name="decision">The decision that the entry names; its canonical bytes have the digest <see cref="Fact.Decided.Statement"/>.</param>
    /// <param name="signOffs">At least the entries that <see cref="Decision.SignOffs"/> names.</param>
    /// <param name="known">The public keys of those who signed off.</param>
    /// <param name="since">An earlier checkpoint, to prove that this log continues it.</param>
    public static CertificateWriting Write(LedgerFolder ledger, Entry decided, Decision decision, IEnumerable<Entry> signOffs, IEnumerable<PublicKey> known, Signer runner, Checkpoint? since = null)
    {
        try
        {
            var byId = signOffs.DistinctBy(entry => entry.Id).ToDictionary(entry => entry.Id);
            if (decision.SignOffs.FirstOrDefault(shown => !byId.ContainsKey(shown.Entry)) is { } lost)
                return No(LedgerFault.Missing, $"The sign-off of {lost.Person} ({lost.Entry.Short}), which the verdict names, was not given.");
            var named = decision.SignOffs.Select(shown => byId[shown.Entry]).ToArray();
            var keys = known.Append(runner.Public).DistinctBy(key => key.KeyId).ToDictionary(key => key.KeyId);
            var used = named.Select(entry => entry.Signer).Append(runner.KeyId).Distinct().ToArray();
            if (used.FirstOrDefault(id => !keys.ContainsKey(id)) is { } unknown) return No(LedgerFault.UnknownKey, $"The public key {unknown[..12]} of a sign-off is not known.");
            var decisionBytes = Statements.ToBytes(decision);
            var certificate = new Certificate
            {
                Verdict = Envelope.Seal(VerdictStatement.Bytes(decisionBytes, decision.Release), runner).Bytes(),
                Decided = Certify(ledger, decided.Index),
                SignOffs = [.. named.Select(entry => Certify(ledger, entry.Index))],
                Checkpoint = ledger.Head!.Note,
                Inputs = Certificate.InputsOf(decision),
                Keys = used.ToImmutableSortedDictionary(id => id, id => keys[id].SubjectPublicKeyInfo.ToArray(), StringComparer.Ordinal),
                Continues = since is not null && ledger.ProveConsistency(since.Size) is { } proof ? (since.Note, proof.Hashes) : null,
            };
            var bytes = certificate.Bytes();
            return Verify(bytes, [runner.Public], new()) is CertificateCheck.Refused refused ? No(LedgerFault.Damaged, refused.Because) : new CertificateWriting.Written(bytes);
        }
        catch (LedgerException error)
        {
            return new CertificateWriting.NotWritten(error.Problem);
        }
    }

    /// <summary>Verifies a certificate. Trust comes from the given keys alone; the keys within the file are only named by it.</summary>
    public static CertificateCheck Verify(ReadOnlySpan<byte> bytes, IReadOnlyCollection<PublicKey> keys, CertificateExpectations expectations)
    {
        var certificate = Certificate.Read(bytes, out var whyNot);
        return certificate is null ? new CertificateCheck.Refused($"This is not a certificate as Muster writes it: {whyNot}.", []) : new CertificateVerifier(certificate, keys, expectations).Verify();
    }

    /// <summary>What a certificate says, nothing of it proven; null if it is no certificate. For showing beside another; whoever relies on it verifies it.</summary>
    public static Decision? Claimed(ReadOnlySpan<byte> bytes) =>
        Certificate.Read(bytes, out _) is { } certificate && Envelope.Read(certificate.Verdict) is { } envelope && VerdictStatement.DecisionBytes(envelope.Payload) is { } decision ? Decided(decision) : null;

    static Decision? Decided(byte[] bytes)
    {
        try { return Statements.Read<Decision>(bytes); }
        catch (Exception foreign) when (foreign is System.Text.Json.JsonException or InvalidOperationException or ArgumentException or FormatException or OverflowException or NotSupportedException) { return null; }
    }

    static Certified Certify(LedgerFolder ledger, long index) => new(ledger.EntryBytesAt(index), index, ledger.ProveInclusion(index).Hashes);

    static CertificateWriting.NotWritten No(LedgerFault fault, string says) => new(new(fault, "certificate", says, "Decide the gate again, then certify that verdict."));
}
