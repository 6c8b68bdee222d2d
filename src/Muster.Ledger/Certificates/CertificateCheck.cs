using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Ledger;

/// <summary>What the verifier of a certificate asks for; what is null is not asked.</summary>
public sealed record CertificateExpectations
{
    public string? Gate { get; init; }
    public string? Environment { get; init; }
    public Digest? Release { get; init; }

    /// <summary>The instant for which the verdict is looked at: what had lapsed by then is told.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>A checkpoint that the verifier kept: the certificate's log must continue that one.</summary>
    public Checkpoint? Since { get; init; }
}

public abstract record CertificateCheck
{
    CertificateCheck() { }

    /// <summary>What was checked, a sentence each, in order; on a refusal, up to where it ended.</summary>
    public abstract ImmutableArray<string> Checked { get; init; }

    /// <param name="Verdict">The verdict within. That a certificate verifies does not mean GO.</param>
    /// <param name="NotChecked">What this file and these keys cannot prove.</param>
    /// <param name="Lapsed">What no longer held at the instant asked for; empty when none was asked for.</param>
    public sealed record Verified(Decision Verdict, ImmutableArray<string> Checked, ImmutableArray<string> NotChecked, ImmutableArray<string> Lapsed) : CertificateCheck
    {
        public override ImmutableArray<string> Checked { get; init; } = Checked;
    }

    /// <param name="Because">Names the thing that is wrong.</param>
    public sealed record Refused(string Because, ImmutableArray<string> Checked) : CertificateCheck
    {
        public override ImmutableArray<string> Checked { get; init; } = Checked;
    }
}

public abstract record CertificateWriting
{
    CertificateWriting() { }

    public sealed record Written(byte[] Bytes) : CertificateWriting;

    public sealed record NotWritten(LedgerProblem Problem) : CertificateWriting;
}
