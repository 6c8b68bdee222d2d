using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Ledger.Tests;

/// <summary>A gate that opened: two sign-offs, a verdict in the ledger and its certificate.</summary>
sealed class Launch : IDisposable
{
    public static readonly Digest Release = Digest.Of("release"u8);
    readonly Scratch _scratch = new();

    public Launch(int entriesBefore = 3, bool earlierCheckpoint = false)
    {
        Ledger = _scratch.Open();
        for (var i = 0; i < entriesBefore; i++) Scratch.Append(Ledger, Scratch.Rejection(i));
        Earlier = Ledger.Head!;
        var shown = new Shown { Document = Digest.Of("document"u8), Release = Release, Controls = [] };
        SignOffs = [Sign("architect", Mia), Sign("devops-lead", Jon)];
        Decision = new()
        {
            System = "shop", Gate = "go-live", Environment = "production", Release = Release, Document = shown.Document, At = Scratch.Now, Over = Ledger.Size, Verdict = Verdict.Go,
            SignOffs = [new(SignOffs[0].Id, "mia", "architect", Scratch.Now, true), new(SignOffs[1].Id, "jon", "devops-lead", Scratch.Now, true)],
        };
        var statement = Ledger.Blobs.Put(Statements.ToBytes(Decision), Retention.Record);
        Ledger.Blobs.Put("document"u8, Retention.Record);
        Decided = Scratch.Append(Ledger, new Fact.Decided("go-live", "production", Release, shown.Document, statement, Verdict.Go, Scratch.Now) { Over = Decision.Over })[0];
        Bytes = Write(earlierCheckpoint ? Earlier : null);

        Entry Sign(string role, Signer who) => Assert.IsType<LedgerAppend.Appended>(Ledger.Append([new Fact.SignedOff("go-live", role, shown, Scratch.Now)], who)).Entries[0];
    }

    public LedgerFolder Ledger { get; }
    public string Muster => _scratch.Muster;
    public Signer Mia { get; } = Signer.Create();
    public Signer Jon { get; } = Signer.Create();
    public ImmutableArray<Entry> SignOffs { get; }
    public Decision Decision { get; }
    public Entry Decided { get; }
    public Checkpoint Earlier { get; }
    public byte[] Bytes { get; }

    public byte[] Write(Checkpoint? since = null) =>
        Assert.IsType<CertificateWriting.Written>(CertificateFile.Write(Ledger, Decided, Decision, SignOffs, [Mia.Public, Jon.Public], Ledger.Runner!, since)).Bytes;

    public CertificateCheck Verify(ReadOnlySpan<byte> bytes, CertificateExpectations? asked = null) => CertificateFile.Verify(bytes, [Ledger.RunnerKey], asked ?? new());

    public string Refused(ReadOnlySpan<byte> bytes, CertificateExpectations? asked = null) => Assert.IsType<CertificateCheck.Refused>(Verify(bytes, asked)).Because;

    public void Dispose()
    {
        Ledger.Dispose();
        Mia.Dispose();
        Jon.Dispose();
        _scratch.Dispose();
    }
}
