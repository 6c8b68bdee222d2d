using Muster.Readiness;

namespace Muster.Ledger.Tests;

public class LedgerFolderTests
{
    [Fact]
    public void What_was_appended_is_read_again_after_reopening()
    {
        using var scratch = new Scratch();
        Entry[] written;
        using (var ledger = scratch.Open()) written = [.. Scratch.Append(ledger, Scratch.Rejection(0), Scratch.Rejection(1)), .. Scratch.Append(ledger, Scratch.Rejection(2))];

        using var again = scratch.Open(LedgerMode.Read);

        Assert.Equal(written, again.Read());
        Assert.Equal([written[2]], again.Read(2));
        Assert.Equal(3, again.Head!.Size);
        Assert.Equal(Scratch.Now, written[0].Time);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(700)]
    public void Every_entry_has_a_proof_that_leads_to_the_checkpoint(int count)
    {
        using var scratch = new Scratch().Filled(count);
        using var ledger = scratch.Open(LedgerMode.Read);

        for (var i = 0; i < count; i += 7)
            Assert.True(Merkle.Includes(i, count, Merkle.Leaf(ledger.EntryBytesAt(i)), ledger.ProveInclusion(i).Hashes, ledger.Head!.Root));
    }

    [Fact]
    public void A_later_tree_is_proven_to_continue_an_earlier_one()
    {
        using var scratch = new Scratch();
        using var ledger = scratch.Open();
        var heads = new List<Checkpoint>();
        for (var i = 0; i < 300; i++)
        {
            Scratch.Append(ledger, Scratch.Rejection(i));
            heads.Add(ledger.Head!);
        }

        foreach (var head in heads)
            Assert.True(Merkle.Extends(head.Size, head.Root, 300, ledger.Head!.Root, ledger.ProveConsistency(head.Size)!.Hashes));
    }

    [Fact]
    public void Reopening_after_many_entries_trusts_the_checkpoint_and_says_so()
    {
        using var scratch = new Scratch().Filled(600);

        var opened = scratch.Opened(LedgerMode.Read);
        using var ledger = opened.Ledger;

        Assert.Empty(opened.Repairs);
        Assert.Contains("The checkpoint over 600 entries was trusted", opened.Trusted, StringComparison.Ordinal);
        Assert.Equal(600, ledger.Read().Count());
        Assert.Equal(44, ledger.Read(556).Count());
    }

    [Fact]
    public void A_fact_too_large_for_an_entry_is_refused_and_nothing_of_its_group_is_written()
    {
        using var scratch = new Scratch();
        using var ledger = scratch.Open();

        var outcome = ledger.Append([Scratch.Rejection(1), new Fact.Rejected("g", default, new string('x', 40_000), Scratch.Now)], ledger.Runner!);

        Assert.Equal(LedgerFault.TooLarge, Assert.IsType<LedgerAppend.NotAppended>(outcome).Problem.Fault);
        Assert.Equal(0, ledger.Size);
    }

    [Fact]
    public void Appends_from_many_threads_are_all_there_once()
    {
        using var scratch = new Scratch();
        using (var ledger = scratch.Open())
            Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, number => Scratch.Append(ledger, Scratch.Rejection(number)));

        using var again = scratch.Open(LedgerMode.Read);
        Assert.Equal(200, again.Read().Select(entry => ((Fact.Rejected)entry.Fact).Because).Distinct().Count());
    }

    [Fact]
    public void A_second_writer_is_refused_with_the_process_id_of_the_first()
    {
        using var scratch = new Scratch();
        using var ledger = scratch.Open();

        var problem = scratch.Refused();

        Assert.Equal(LedgerFault.Busy, problem.Fault);
        Assert.Contains($"process {Environment.ProcessId}.", problem.Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_writer_that_waits_gets_the_ledger_when_the_first_is_done()
    {
        using var scratch = new Scratch();
        var first = scratch.Open();
        var second = Task.Run(() => LedgerFolder.Open(scratch.Muster, LedgerMode.Write, scratch.Clock, TimeSpan.FromMinutes(1)), TestContext.Current.CancellationToken);

        Scratch.Append(first, Scratch.Rejection(0));
        first.Dispose();

        using var ledger = Assert.IsType<LedgerOpening.Opened>(await second).Ledger;
        Assert.Equal(1, ledger.Size);
    }

    [Fact]
    public void A_reader_sees_what_is_acknowledged_while_a_writer_holds_the_ledger()
    {
        using var scratch = new Scratch();
        using var writer = scratch.Open();
        Scratch.Append(writer, Scratch.Rejection(0));

        using var reader = scratch.Open(LedgerMode.Read);

        Assert.Single(reader.Read());
    }
}
