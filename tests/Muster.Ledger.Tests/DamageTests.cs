using Muster.Readiness;

namespace Muster.Ledger.Tests;

/// <summary>What accidents and hands can do to the files, each named with its place.</summary>
public class DamageTests
{
    static LedgerVerification Verify(Scratch scratch) => LedgerVerifier.Verify(scratch.Muster, []);

    [Fact]
    public void An_untouched_ledger_has_no_finding()
    {
        using var scratch = new Scratch().Filled(600);

        var result = Verify(scratch);

        Assert.Empty(result.Findings);
        Assert.Equal(600, result.Entries);
        Assert.True(result.Holds);
    }

    [Fact]
    public void A_flipped_bit_at_every_byte_of_the_log_is_named_by_verify_and_never_opened_in_silence()
    {
        using var scratch = new Scratch().Filled(3);
        var bytes = File.ReadAllBytes(scratch.Log);
        var used = bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        bytes = bytes[..(used + 1000)];
        var place = new List<int>();

        for (var at = 0; at < used; at++)
        {
            bytes[at] ^= 0x10;
            File.WriteAllBytes(scratch.Log, bytes);
            if (Verify(scratch).Findings is not [{ File: "ledger/log", Offset: not null }, ..]) place.Add(at);
            if (scratch.Try(LedgerMode.Write) is LedgerOpening.Opened opened)
            {
                // Behind a trusted checkpoint nothing is read at opening: reading must tell, and a checkpoint that was cut must be refused.
                using (opened.Ledger)
                {
                    var problem = Record.Exception(() => opened.Ledger.Read().Count());
                    if (opened.Repairs.IsEmpty && problem is not LedgerException && at >= 64 && !InsideCheckpoint(bytes, at)) place.Add(-at);
                }
            }

            bytes[at] ^= 0x10;
        }

        Assert.Empty(place);
    }

    /// <summary>An old checkpoint within the log is not read again once a later one was published; only verify looks at it.</summary>
    static bool InsideCheckpoint(byte[] log, int at)
    {
        for (var record = 64; record <= at;)
        {
            var next = record + LogRecord.Space(System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(log.AsSpan(record + 4)));
            if (at < next) return log[record + 2] != 'e' && at >= record;
            record = next;
        }

        return false;
    }

    [Fact]
    public void A_tail_torn_at_every_byte_of_the_last_group_is_cut_and_reported_and_the_rest_is_there()
    {
        using var scratch = new Scratch().Filled(4);
        var before = File.ReadAllBytes(scratch.Log).AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        before = (before + 15) & ~15;
        var kept = Copy(scratch.Muster);
        using (var ledger = scratch.Open()) Scratch.Append(ledger, Scratch.Rejection(4), Scratch.Rejection(5));
        var bytes = File.ReadAllBytes(scratch.Log);
        var used = bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        Restore(kept, scratch.Muster); // the published checkpoint as it was before the group

        for (var length = before + 1; length < used; length += 1)
        {
            File.WriteAllBytes(scratch.Log, bytes[..length]);
            var opened = scratch.Opened();
            using (opened.Ledger)
            {
                Assert.Contains(opened.Repairs, repair => repair.Contains("never acknowledged", StringComparison.Ordinal));
                Assert.Equal(4, opened.Ledger.Read().Count());
            }
        }

        Directory.Delete(kept, recursive: true);
    }

    [Fact]
    public void A_group_whose_sectors_reached_the_disk_in_part_is_cut()
    {
        using var scratch = new Scratch().Filled(4);
        var before = (File.ReadAllBytes(scratch.Log).AsSpan().LastIndexOfAnyExcept((byte)0) + 16) & ~15;
        var kept = Copy(scratch.Muster);
        using (var ledger = scratch.Open()) Scratch.Append(ledger, Scratch.Rejection(4), Scratch.Rejection(5));
        var bytes = File.ReadAllBytes(scratch.Log);
        var used = bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;

        for (var sector = before / 512; sector <= used / 512; sector++)
        {
            Restore(kept, scratch.Muster);
            var torn = bytes.ToArray();
            torn.AsSpan(Math.Max(before, sector * 512)..((sector + 1) * 512)).Clear();
            File.WriteAllBytes(scratch.Log, torn);
            var opened = scratch.Opened();
            using (opened.Ledger) Assert.Equal(4, opened.Ledger.Read().Count());
            Assert.NotEmpty(opened.Repairs);
        }

        Directory.Delete(kept, recursive: true);
    }

    [Fact]
    public void A_log_shorter_than_its_checkpoint_is_refused_as_rolled_back()
    {
        using var scratch = new Scratch().Filled(4);
        var earlier = File.ReadAllBytes(scratch.Log);
        using (var ledger = scratch.Open()) Scratch.Append(ledger, Scratch.Rejection(4));
        File.WriteAllBytes(scratch.Log, earlier);

        Assert.Equal(LedgerFault.RolledBack, scratch.Refused().Fault);
        Assert.Equal(LedgerFault.RolledBack, scratch.Refused(LedgerMode.Read).Fault);
        Assert.Contains(Verify(scratch).Findings, finding => finding.Fault == LedgerFault.RolledBack);
        File.Delete(scratch.Log);
        Assert.Equal(LedgerFault.RolledBack, scratch.Refused().Fault);
    }

    [Fact]
    public void A_log_rewritten_with_the_same_key_is_found_by_a_kept_checkpoint_only()
    {
        using var scratch = new Scratch().Filled(2);
        using var other = new Scratch();
        var kept = Checkpoint.Read(File.ReadAllBytes(scratch.InLedger("checkpoint")))!;
        Directory.CreateDirectory(other.Muster);
        CopyFolder(Path.Combine(scratch.Muster, "keys"), Path.Combine(other.Muster, "keys"));
        using (var ledger = other.Open()) Scratch.Append(ledger, Scratch.Rejection(7), Scratch.Rejection(8));

        Assert.Empty(LedgerVerifier.Verify(other.Muster, []).Findings);
        Assert.Contains(LedgerVerifier.Verify(other.Muster, [], kept).Findings, finding => finding.Says.Contains("rewritten", StringComparison.Ordinal));
        Assert.Empty(LedgerVerifier.Verify(scratch.Muster, [], kept).Findings);
    }

    [Fact]
    public void A_truncated_tile_is_named_and_made_anew()
    {
        using var scratch = new Scratch().Filled(300);
        var tile = scratch.InLedger("tile/0/001.p/44");
        File.WriteAllBytes(tile, File.ReadAllBytes(tile)[..100]);

        Assert.Contains(Verify(scratch).Findings, finding => finding.File == "ledger/tile/0/001.p/44");
        var opened = scratch.Opened();
        opened.Ledger.Dispose();

        Assert.Contains(opened.Repairs, repair => repair.Contains("made anew", StringComparison.Ordinal));
        Assert.Empty(Verify(scratch).Findings);
    }

    [Fact]
    public void A_full_tile_with_a_flipped_bit_is_named_and_no_proof_comes_of_it()
    {
        using var scratch = new Scratch().Filled(600);
        var path = scratch.InLedger("tile/0/000");
        var bytes = File.ReadAllBytes(path);
        bytes[40] ^= 1;
        File.WriteAllBytes(path, bytes);

        using var ledger = scratch.Open(LedgerMode.Read);

        Assert.Throws<LedgerException>(() => ledger.ProveInclusion(3));
        Assert.Contains(Verify(scratch).Findings, finding => finding.File == "ledger/tile/0/000");
    }

    [Fact]
    public void A_missing_and_a_corrupt_blob_are_named_and_an_expired_one_is_not()
    {
        using var launch = new Launch();
        var decided = (Fact.Decided)launch.Decided.Fact;
        var muster = launch.Muster;
        var statement = Path.Combine(muster, BlobFolder.Relative(decided.Statement));
        var bytes = File.ReadAllBytes(statement);
        Assert.Empty(LedgerVerifier.Verify(muster, [launch.Mia.Public, launch.Jon.Public]).Findings);

        File.Delete(statement);
        Assert.Contains(LedgerVerifier.Verify(muster, []).Findings, finding => finding is { Fault: LedgerFault.Missing } && finding.File.EndsWith(decided.Statement.Hex, StringComparison.Ordinal));
        bytes[0] ^= 1;
        File.WriteAllBytes(statement, bytes);
        Assert.Contains(LedgerVerifier.Verify(muster, []).Findings, finding => finding is { Fault: LedgerFault.Damaged } && finding.File.EndsWith(decided.Statement.Hex, StringComparison.Ordinal));
    }

    [Fact]
    public void An_entry_by_a_key_that_nobody_knows_is_named()
    {
        using var scratch = new Scratch().Filled(2);
        using var foreign = Signer.Create();
        using (var ledger = scratch.Open()) Assert.IsType<LedgerAppend.Appended>(ledger.Append([Scratch.Rejection(9)], foreign));

        var finding = Assert.Single(Verify(scratch).Findings);

        Assert.Equal((LedgerFault.UnknownKey, 2L), (finding.Fault, finding.Entry!.Value));
        Assert.Empty(LedgerVerifier.Verify(scratch.Muster, [foreign.Public]).Findings);
    }

    [Fact]
    public void A_ledger_whose_runner_key_was_exchanged_is_refused()
    {
        using var scratch = new Scratch().Filled(2);
        Directory.Delete(Path.Combine(scratch.Muster, "keys"), recursive: true);

        Assert.Equal(LedgerFault.UnknownKey, scratch.Refused().Fault);
    }

    static string Copy(string folder)
    {
        var to = folder + "-kept";
        CopyFolder(folder, to);
        return to;
    }

    static void Restore(string from, string to)
    {
        Directory.Delete(to, recursive: true);
        CopyFolder(from, to);
    }

    static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
