using System.Text;
using Muster.Readiness;

namespace Muster.Ledger.Tests;

public class EntryTests
{
    static Fact.Ran Run(string body) => new(new Run
    {
        Question = Digest.Of("q"u8), Environment = "staging", Release = Digest.Of("r"u8), Origin = Origin.Live, Started = Scratch.Now, Finished = Scratch.Now,
        Sights = [new Sight { Observation = Value.Of(("body", body)), Population = 1 }],
    });

    [Fact]
    public void A_run_too_large_for_an_entry_goes_into_a_blob_and_is_read_back_whole()
    {
        using var scratch = new Scratch();
        var large = Run(new string('x', 100_000));
        Entry written;
        using (var ledger = scratch.Open()) written = Scratch.Append(ledger, large)[0];

        using var again = scratch.Open(LedgerMode.Read);
        Assert.Equal(Statements.ToBytes<Fact>(large), Statements.ToBytes(again.Read().Single().Fact));
        Assert.Equal(written.Id, again.Read().Single().Id);
        Assert.Empty(LedgerVerifier.Verify(scratch.Muster, []).Findings);

        foreach (var blob in Directory.EnumerateFiles(Path.Combine(scratch.Muster, "blobs"), "*", SearchOption.AllDirectories)) File.Delete(blob);
        Assert.Equal(LedgerFault.Missing, Assert.Throws<LedgerException>(() => again.Read().Count()).Problem.Fault);
        Assert.Contains(LedgerVerifier.Verify(scratch.Muster, []).Findings, finding => finding is { Fault: LedgerFault.Missing, Entry: 0 });
    }

    [Fact]
    public void A_fact_that_only_a_newer_version_knows_is_told_as_such()
    {
        using var key = Signer.Create();
        var statement = EntryStatement.Of(Scratch.Rejection(1), Scratch.Now) with { Name = "hologram" };

        var bad = Assert.IsType<EntryReading.Bad>(EntryBytes.Read(Envelope.Seal(statement.Bytes(), key).Bytes(), 0));

        Assert.Equal(LedgerFault.UnknownFact, bad.Fault);
        Assert.Contains("\"hologram\"", bad.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_fact_has_a_name_a_subject_and_reads_back()
    {
        using var key = Signer.Create();
        var shown = new Shown { Document = Digest.Of("d"u8), Release = Digest.Of("r"u8), Controls = [] };
        var waiver = new Waiver
        {
            Control = "edge", ControlText = Digest.Of("c"u8), Environment = "staging", Releases = [], Matchers = ["a:b"], Requester = "jon", Because = "known", From = Scratch.Now, Expires = Scratch.Now,
        };
        Fact[] facts =
        [
            Run("x"), new Fact.Attested(default, "edge", "staging", default, "it is so", "architect", Scratch.Now), new Fact.SignedOff("go", "architect", shown, Scratch.Now),
            Scratch.Rejection(0), new Fact.Withdrawn(Digest.Of("e"u8), "mended", Scratch.Now), new Fact.Waived(waiver), new Fact.GlassBroken("go", default, "fire", Scratch.Now, Scratch.Now),
            new Fact.Accepted("go", Digest.Of("a"u8), Digest.Of("b"u8), "fine", Scratch.Now), new Fact.Decided("go", "staging", default, default, default, Verdict.Go, Scratch.Now),
            new Fact.Proved("http", "refused", true, "seen", "0.1.0", Scratch.Now), new Fact.Arrived(Digest.Of("m"u8), key.KeyId, [key.Public.Pem], 3, 1, Scratch.Now),
            new Fact.Revoked(key.KeyId, "lost", Scratch.Now), new Fact.WaiverRequested(waiver, Scratch.Now),
            new Fact.Drilled(default, "edge", "staging", default, "on-call", Value.Of(("outcome", "passed")), Scratch.Now, Scratch.Now), new Fact.DrillWitnessed(Digest.Of("e"u8), "edge", Scratch.Now),
        ];

        Assert.Equal(FactName.Known, facts.Select(FactName.Of));
        Assert.Equal(FactName.Known.Length, typeof(Fact).GetNestedTypes().Length);
        foreach (var fact in facts)
        {
            var good = Assert.IsType<EntryReading.Good>(EntryBytes.Read(EntryBytes.Seal(fact, Scratch.Now, key), 7));
            Assert.Equal(Statements.ToBytes(fact), Statements.ToBytes(good.Entry.Fact));
            Assert.Equal((7, Scratch.Now, key.KeyId), (good.Entry.Index, good.Entry.Time, good.Entry.Signer));
            Assert.True(good.Envelope.IsBy(key.Public));
            Assert.True(good.Statement.IsCanonical());
        }
    }

    [Fact]
    public void Every_flipped_bit_of_an_entry_is_refused_or_its_signature_does_not_hold()
    {
        using var key = Signer.Create();
        var bytes = EntryBytes.Seal(Scratch.Rejection(1), Scratch.Now, key);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(EntryBytes.Read(bytes, 0) is EntryReading.Good good && good.Envelope.IsBy(key.Public));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void What_is_written_down_for_ever_stays_as_it_is()
    {
        using var key = Signer.Create();
        var payload = Encoding.UTF8.GetString(EntryStatement.Of(Scratch.Rejection(1), Scratch.Now).Bytes());

        Assert.Equal("""{"_type":"https://in-toto.io/Statement/v1","predicate":{"appended":"2026-03-04T05:06:07.890Z","fact":{"at":"2026-03-04T05:06:07.890Z","because":"because 1","fact":"rejection","gate":"go-live","release":"sha256:a4d451ec23463726f72c43d64c710968f6b602cd653b4de8adee1b556240a829"}},"predicateType":"urn:muster:ledger:rejection:v1","subject":[{"digest":{"sha256":"a4d451ec23463726f72c43d64c710968f6b602cd653b4de8adee1b556240a829"},"name":"release"}]}""", payload);
        Assert.Equal(["run", "attestation", "sign-off", "rejection", "withdrawal", "waiver", "break-glass", "acceptance", "verdict", "prove", "arrival", "revocation", "waiver-request", "drill", "drill-witness"], FactName.Known);
        Assert.Equal(((byte)'e', (byte)'c', 16, 64, 32768), ((byte)LogKind.Entry, (byte)LogKind.Checkpoint, LogRecord.HeaderLength, LogRecord.Start, EntryBytes.Largest));
        Assert.Equal("muster ledger log 1\n", Encoding.ASCII.GetString(LogRecord.Magic));
        Assert.Equal("urn:muster:verdict:v1", VerdictStatement.PredicateType);
        Assert.Equal("muster/certificate/1", Certificate.Form);
        Assert.Equal("tile/0/x001/x234/067", TilePath.Hashes(0, 1234067, 256));
        Assert.Equal("tile/entries/000.p/5", TilePath.Entries(0, 5));
        Assert.Equal("4d7265001a0000", Convert.ToHexStringLower(Record(26))[..14]);
        Assert.Equal(0xE3069283u, Crc.Of("123456789"u8));
        Assert.Equal("muster.invalid/ledger/" + key.KeyId[..16], Checkpoint.OriginOf(key.Public));

        static byte[] Record(int length)
        {
            var bytes = new byte[LogRecord.Space(length)];
            LogRecord.Write(bytes, LogKind.Entry, new byte[length]);
            return bytes;
        }
    }

    [Fact]
    public void A_foreign_envelope_is_read_with_url_safe_base64_and_unknown_fields()
    {
        using var key = Signer.Create();
        byte[] payload = [0xfb, 0xff, 0xfe, 1];
        var signature = key.Sign(Envelope.PreAuthentication("text/x", payload));
        var json = $$"""{"more":1,"payload":"-__-AQ","payloadType":"text/x","signatures":[{"sig":"AAAA"},{"keyid":"hint","sig":"{{Convert.ToBase64String(signature).Replace('+', '-').Replace('/', '_')}}"}]}""";

        var read = ForeignEnvelope.Read(Encoding.UTF8.GetBytes(json))!;

        Assert.Equal(payload, read.Payload);
        Assert.True(read.IsBy(key.Public));
        Assert.False((read with { PayloadType = "text/y" }).IsBy(key.Public));
        Assert.Null(ForeignEnvelope.Read("{}"u8));
    }
}
