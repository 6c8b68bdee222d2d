using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>Bundles that are not what they should be. Each is refused for its own reason, or taken in for what it is worth; none opens a gate.</summary>
public sealed class BadBundleTests
{
    sealed class SetTo(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }

    static async Task Refused(Scratch at, int exit, string says, string file = "ci.intoto.jsonl")
    {
        var log = Copies.Log(at);
        var ran = await at.Run("import", file);
        Assert.Equal((exit, ""), (ran.Exit, ran.Data));
        Assert.Contains(says, ran.Talk, StringComparison.Ordinal);
        Assert.Contains("Fix: ", ran.Talk, StringComparison.Ordinal);
        Assert.Equal(log, Copies.Log(at));
    }

    static async Task<Copies> Looked()
    {
        var copies = await Copies.Start();
        await copies.Looked();
        await copies.Gate.Run("gate");
        return copies;
    }

    static void Lines(Scratch at, Func<List<string>, IEnumerable<string>> change)
    {
        var lines = File.ReadAllLines(at.PathOf("ci.intoto.jsonl")).ToList();
        at.Write("ci.intoto.jsonl", string.Concat(change(lines).Select(line => line + "\n")));
    }

    [Fact]
    public async Task One_that_ends_too_soon()
    {
        await using var copies = await Looked();
        Lines(copies.Gate, lines => lines[..^1]);
        await Refused(copies.Gate, 3, "The file ends here; its manifest lists 1 more entries");
        var half = File.ReadAllText(copies.Gate.PathOf("ci.intoto.jsonl"));
        copies.Gate.Write("ci.intoto.jsonl", half[..^100]);
        await Refused(copies.Gate, 3, "The file ends within it");
        copies.Gate.Write("ci.intoto.jsonl", "");
        await Refused(copies.Gate, 3, "The file is empty");
    }

    [Fact]
    public async Task One_whose_lines_stand_in_another_order()
    {
        await using var copies = await Looked();
        Lines(copies.Gate, lines => [.. lines[..^2], lines[^1], lines[^2]]);
        await Refused(copies.Gate, 3, "lines were left out, or put into another order");
    }

    [Fact]
    public async Task One_from_whose_middle_a_line_is_gone()
    {
        await using var copies = await Looked();
        Lines(copies.Gate, lines => [.. lines[..^2], lines[^1]]);
        await Refused(copies.Gate, 3, "lines were left out, or put into another order");
    }

    [Fact]
    public async Task One_with_a_line_twice()
    {
        await using var copies = await Looked();
        Lines(copies.Gate, lines => [.. lines, lines[^1]]);
        await Refused(copies.Gate, 3, "It repeats line");
        Lines(copies.Gate, lines => [.. lines[..^2], lines[^3], lines[^3]]);
        await Refused(copies.Gate, 3, "It repeats line");
    }

    [Fact]
    public async Task One_with_something_behind_its_end()
    {
        await using var copies = await Looked();
        File.AppendAllText(copies.Gate.PathOf("ci.intoto.jsonl"), "{}\n");
        await Refused(copies.Gate, 3, "Something stands behind the last line that the manifest lists");
    }

    [Fact]
    public async Task One_into_which_an_entry_of_another_was_put()
    {
        await using var copies = await Looked();
        await copies.Ci.Run("check", "--again");
        await copies.Ci.Done("export", "-o", "later.intoto.jsonl");
        var other = File.ReadAllLines(copies.Ci.PathOf("later.intoto.jsonl"))[^1];
        Lines(copies.Gate, lines => [.. lines[..^1], other]);
        await Refused(copies.Gate, 4, "it was altered, or put in");
    }

    [Fact]
    public async Task What_is_no_bundle_at_all()
    {
        await using var copies = await Looked();
        copies.Gate.Write("ci.intoto.jsonl", "{\"a\": 1}\n");
        await Refused(copies.Gate, 3, "not a signed envelope as Muster writes it");
        await Refused(copies.Gate, 3, "cannot read nowhere.intoto.jsonl", "nowhere.intoto.jsonl");
        Copies.Carry(copies.Ci, copies.Gate, ".muster/ledger/checkpoint", "ci.intoto.jsonl");
        await Refused(copies.Gate, 3, "not a signed envelope as Muster writes it");
    }

    [Fact]
    public async Task One_from_a_clock_that_is_ahead()
    {
        await using var copies = await Copies.Start();
        await copies.Looked();
        var ran = await InProcess.Run(copies.Gate.Folder, host => host with { Clock = new SetTo(DateTimeOffset.UtcNow.AddHours(-1)) }, "import", "ci.intoto.jsonl");
        Assert.Equal((4, ""), (ran.Exit, ran.Data));
        Assert.Contains("and this clock says", ran.Talk, StringComparison.Ordinal);
        await copies.Gate.Done("import", "ci.intoto.jsonl");
    }

    [Fact]
    public async Task One_of_an_older_release_is_named_and_counts_for_nothing()
    {
        await using var copies = await Looked();
        copies.Gate.Write("muster.yaml", File.ReadAllText(copies.Gate.PathOf("muster.yaml")).Replace("sha256:1111", "sha256:2222", StringComparison.Ordinal));
        var imported = await copies.Gate.Done("import", "ci.intoto.jsonl");
        Assert.Contains("of another release", imported.Data, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Undecided, (await copies.Gate.Run("gate")).Exit);
    }

    [Fact]
    public async Task One_of_a_ledger_that_was_written_anew()
    {
        await using var copies = await Looked();
        await copies.Gate.Done("import", "ci.intoto.jsonl");
        Directory.Delete(copies.Ci.PathOf(".muster/ledger"), recursive: true);
        await copies.Looked();
        await Refused(copies.Gate, 4, "the ledger of ci was rewritten: its ");
    }

    [Fact]
    public async Task One_of_a_ledger_that_was_rolled_back()
    {
        await using var copies = await Looked();
        using var before = new Scratch();
        foreach (var file in Directory.EnumerateFiles(copies.Ci.PathOf(".muster/ledger"), "*", SearchOption.AllDirectories)) Copies.Carry(copies.Ci, before, Path.GetRelativePath(copies.Ci.Folder, file));
        await copies.Ci.Run("check", "--again");
        await copies.Ci.Done("export", "-o", "later.intoto.jsonl");
        Copies.Carry(copies.Ci, copies.Gate, "later.intoto.jsonl");
        await copies.Gate.Done("import", "later.intoto.jsonl");
        await copies.Gate.Done("import", "ci.intoto.jsonl"); // made earlier, so nothing went back
        Directory.Delete(copies.Ci.PathOf(".muster/ledger"), recursive: true);
        foreach (var file in Directory.EnumerateFiles(before.Folder, "*", SearchOption.AllDirectories)) Copies.Carry(before, copies.Ci, Path.GetRelativePath(before.Folder, file));
        await copies.Ci.Done("export", "-o", "ci.intoto.jsonl");
        Copies.Carry(copies.Ci, copies.Gate, "ci.intoto.jsonl");
        await Refused(copies.Gate, 4, "was rewritten: it had ");
    }

    [Fact]
    public async Task One_of_another_machine_with_this_ones_key()
    {
        await using var copies = await Looked();
        Copies.Carry(copies.Gate, copies.Mia, ".muster/keys/runner.key");
        Copies.Carry(copies.Gate, copies.Mia, ".muster/keys/runner.pub");
        await copies.Mia.Run("check");
        await copies.Mia.Done("export", "-o", "ci.intoto.jsonl");
        Copies.Carry(copies.Mia, copies.Gate, "ci.intoto.jsonl");
        await Refused(copies.Gate, 4, "this ledger's own key signed another past");
    }

    [Fact]
    public async Task Nothing_of_several_files_is_taken_in_if_one_is_bad()
    {
        await using var copies = await Looked();
        copies.Gate.Write("bad.intoto.jsonl", "{}\n");
        var log = Copies.Log(copies.Gate);
        Assert.Equal(3, (await copies.Gate.Run("import", "ci.intoto.jsonl", "bad.intoto.jsonl")).Exit);
        Assert.Equal(log, Copies.Log(copies.Gate));
    }

    [Fact]
    public async Task One_look_that_is_told_twice_is_named_and_the_worse_counts()
    {
        await using var copies = await Looked();
        using (var ledger = ((LedgerOpening.Opened)LedgerFolder.Open(copies.Ci.PathOf(".muster"), LedgerMode.Write, TimeProvider.System)).Ledger)
        {
            var run = ledger.Read().Select(entry => entry.Fact).OfType<Fact.Ran>().First(ran => ran.Run.Cells.Contains("site.answers")).Run;
            var worse = run with { Sights = [.. run.Sights.Select(sight => sight with { Observation = sight.Observation!.With("status", 500) })] };
            Assert.IsType<LedgerAppend.Appended>(ledger.Append([new Fact.Ran(worse)], ledger.Runner!));
        }

        await copies.Ci.Done("export", "-o", "ci.intoto.jsonl");
        Copies.Carry(copies.Ci, copies.Gate, "ci.intoto.jsonl");
        var imported = await copies.Gate.Done("import", "ci.intoto.jsonl");
        Assert.Contains("conflict: site.answers at ", imported.Data, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NoGo, (await copies.Gate.Run("gate")).Exit);
    }

    [Fact]
    public async Task The_origin_is_told_where_somebody_would_ask()
    {
        await using var copies = await Looked();
        await copies.Gate.Done("import", "ci.intoto.jsonl");
        Assert.Contains("(arrived from the ledger of ci)", (await copies.Gate.Done("ledger", "show")).Data, StringComparison.Ordinal);
        Assert.Contains("seen by ci in another ledger", (await copies.Gate.Done("why", "site.well")).Data, StringComparison.Ordinal);
        Assert.Contains("this machine is gate", (await copies.Gate.Run("doctor")).Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_selection_is_written_into_the_bundle_and_told_where_it_arrives()
    {
        await using var copies = await Looked();
        await copies.Ci.Done("export", "--only", "verdicts", "--until", "2999-01-01T00:00:00Z", "-o", "ci.intoto.jsonl");
        Copies.Carry(copies.Ci, copies.Gate, "ci.intoto.jsonl");
        var imported = await copies.Gate.Done("import", "ci.intoto.jsonl");
        Assert.Contains("it holds a part of that ledger, selected by {\"only\":[\"verdicts\"]", imported.Data, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Undecided, (await copies.Gate.Run("gate")).Exit);
    }
}
