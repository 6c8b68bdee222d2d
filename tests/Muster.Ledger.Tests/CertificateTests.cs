using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Ledger.Tests;

public class CertificateTests
{
    [Fact]
    public void A_certificate_verifies_with_the_runners_key_and_holds_the_verdict()
    {
        using var launch = new Launch();

        var good = Assert.IsType<CertificateCheck.Verified>(launch.Verify(launch.Bytes, new() { Gate = "go-live", Environment = "production", Release = Launch.Release }));

        Assert.Equal(Statements.ToBytes(launch.Decision), Statements.ToBytes(good.Verdict));
        Assert.Contains(good.Checked, line => line.Contains("mia signed as architect", StringComparison.Ordinal));
        Assert.Contains(good.NotChecked, line => line.Contains("is mia's", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_single_flipped_bit_is_refused()
    {
        using var launch = new Launch(earlierCheckpoint: true);
        var survived = new System.Collections.Concurrent.ConcurrentBag<int>();

        Parallel.For(0, launch.Bytes.Length, at =>
        {
            var flipped = launch.Bytes.ToArray();
            for (var bit = 0; bit < 8; bit++)
            {
                flipped[at] = (byte)(launch.Bytes[at] ^ 1 << bit);
                if (launch.Verify(flipped) is not CertificateCheck.Refused) survived.Add(8 * at + bit);
            }
        });

        Assert.Empty(survived);
        Assert.IsType<CertificateCheck.Verified>(launch.Verify(launch.Bytes));
    }

    [Fact]
    public void Another_key_gate_environment_release_or_time_is_refused_with_its_name()
    {
        using var launch = new Launch();
        using var other = Signer.Create();

        Assert.Contains("not one of the keys given", Assert.IsType<CertificateCheck.Refused>(CertificateFile.Verify(launch.Bytes, [other.Public], new())).Because, StringComparison.Ordinal);
        Assert.Contains("gate \"go-live\"", launch.Refused(launch.Bytes, new() { Gate = "rehearsal" }), StringComparison.Ordinal);
        Assert.Contains("environment \"production\"", launch.Refused(launch.Bytes, new() { Environment = "staging" }), StringComparison.Ordinal);
        Assert.Contains("release sha256:", launch.Refused(launch.Bytes, new() { Release = Digest.Of("other"u8) }), StringComparison.Ordinal);
        Assert.Contains("The verdict was given at", launch.Refused(launch.Bytes, new() { At = Scratch.Now.AddSeconds(-1) }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_dropped_reordered_doubled_or_foreign_sign_off_is_refused_with_a_name()
    {
        using var launch = new Launch();
        using var foreign = new Launch();
        var whole = Certificate.Read(launch.Bytes, out _)!;
        var other = Certificate.Read(foreign.Bytes, out _)!;

        Assert.Contains("sign-off of jon as devops-lead is missing", launch.Refused((whole with { SignOffs = whole.SignOffs[..1] }).Bytes()), StringComparison.Ordinal);
        Assert.Contains("Where the sign-off of mia", launch.Refused((whole with { SignOffs = [whole.SignOffs[1], whole.SignOffs[0]] }).Bytes()), StringComparison.Ordinal);
        Assert.Contains("that the verdict does not name", launch.Refused((whole with { SignOffs = [.. whole.SignOffs, whole.SignOffs[0]] }).Bytes()), StringComparison.Ordinal);
        Assert.Contains("The sign-off of mia", launch.Refused((whole with { SignOffs = [other.SignOffs[0], whole.SignOffs[1]] }).Bytes()), StringComparison.Ordinal);
        Assert.Contains("entry of the verdict", launch.Refused((whole with { Decided = other.Decided }).Bytes()), StringComparison.Ordinal);
        Assert.Contains("checkpoint is not signed", launch.Refused((whole with { Checkpoint = other.Checkpoint }).Bytes()), StringComparison.Ordinal);
        Assert.Contains("keys named", launch.Refused((whole with { Keys = whole.Keys.AddRange(other.Keys) }).Bytes()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_kept_checkpoint_is_proven_or_said_not_to_be()
    {
        using var launch = new Launch(earlierCheckpoint: true);
        using var other = new Launch();

        var proven = Assert.IsType<CertificateCheck.Verified>(launch.Verify(launch.Bytes, new() { Since = launch.Earlier }));
        var unproven = Assert.IsType<CertificateCheck.Verified>(launch.Verify(launch.Write(), new() { Since = launch.Earlier }));

        Assert.Contains("The log continues the kept checkpoint over 3 entries.", proven.Checked);
        Assert.Contains(unproven.NotChecked, line => line.Contains("carries no proof from there", StringComparison.Ordinal));
        Assert.Contains("kept checkpoint is not signed", launch.Refused(launch.Bytes, new() { Since = other.Earlier }), StringComparison.Ordinal);
        var rewritten = Checkpoint.Sign(launch.Earlier.Size, Merkle.Leaf("x"u8), launch.Ledger.Runner!);
        Assert.Contains("it was rewritten", launch.Refused(launch.Bytes, new() { Since = rewritten }), StringComparison.Ordinal);
    }

    [Fact]
    public void What_had_lapsed_by_an_instant_is_told()
    {
        using var launch = new Launch();
        var decision = launch.Decision with
        {
            Conditions = [new("c1", "edge", "mia", "close it", Scratch.Now.AddHours(1), false)],
            Waivers = [new(default, "edge", "jon", "mia", "known", Scratch.Now.AddHours(2), true)],
        };

        Assert.Empty(Lapses.Of(decision, Scratch.Now));
        Assert.Equal(2, Lapses.Of(decision, Scratch.Now.AddHours(2)).Length);
    }

    [Fact]
    public void A_verification_summary_speaks_of_the_images_and_of_nothing_without_them()
    {
        using var launch = new Launch();

        var bytes = VerificationSummary.Write(launch.Decision, ImmutableSortedDictionary<string, Digest>.Empty.Add("shop/api", Digest.Of("i"u8)), "0.1.0", launch.Ledger.Runner!)!;
        var statement = (Value.Fields)Value.Parse(Envelope.Read(bytes)!.Payload);

        Assert.Equal("https://slsa.dev/verification_summary/v1", ((Value.Text)statement["predicateType"]!).Is);
        Assert.Equal("PASSED", ((Value.Text)((Value.Fields)statement["predicate"]!)["verificationResult"]!).Is);
        Assert.Null(VerificationSummary.Write(launch.Decision, ImmutableSortedDictionary<string, Digest>.Empty, "0.1.0", launch.Ledger.Runner!));
    }
}
