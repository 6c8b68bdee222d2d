using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>What was decided before, told: the history of a gate, two verdicts beside each other, and all of them decided again.</summary>
public sealed class HistoryTests
{
    const string Second = "  b.fact: { title: Also so, check: { file: { path: facts.json, read: /ok }, expect: { value: true } } }\n";

    /// <summary>GO, then NO-GO, then GO again.</summary>
    static async Task<Launch> UpAndDown()
    {
        var launch = await Launch.Of(new() { Controls = Second.TrimEnd('\n') });
        await launch.Done("check");
        await launch.Done("certify", "-o", "go.json");
        launch.Folder.Write("facts.json", """{ "ok": false }""");
        Assert.Equal(ExitCode.NoGo, (await launch.Run("check", "--again")).Exit);
        await launch.Run("gate");
        await launch.Run("certify", "-o", "no-go.json");
        return launch;
    }

    static IEnumerable<Value.Fields> Items(Ran ran, string field) => ((Value.Items)ran.Json[field]!).Are.Cast<Value.Fields>();

    static string Text(Value.Fields fields, string name) => ((Value.Text)fields[name]!).Is;

    [Fact]
    public async Task The_history_folds_what_stayed_and_names_what_was_seen_where_it_changed()
    {
        using var launch = await UpAndDown();

        var told = await launch.Done("history");
        var lines = Items(await launch.Done("history", "-f", "json"), "stretches").ToList();

        Assert.Contains("GO until ", told.Data, StringComparison.Ordinal);
        Assert.Contains("NO-GO since ", told.Data, StringComparison.Ordinal);
        Assert.Equal(["Go", "NoGo"], lines.Select(line => Text(line, "verdict")));
        Assert.Equal([2.0, 3.0], lines.Select(line => ((Value.Number)line["count"]!).Is));
        Assert.Equal("""["a.fact failed: value false, true was expected","b.fact failed: value false, true was expected"]""", lines[1]["because"]!.ToString());
    }

    [Fact]
    public async Task Only_the_last_lines_are_shown_and_the_others_are_counted()
    {
        using var launch = await UpAndDown();
        var told = await launch.Done("history", "--last", "1");
        Assert.Contains("1 older line left out", told.Data, StringComparison.Ordinal);
        Assert.Contains("GO until ", (await launch.Done("history", "--last", "2")).Data, StringComparison.Ordinal);
        Assert.Empty(Items(await launch.Done("history", "--since", "2999-01-01", "-f", "json"), "stretches"));
    }

    [Fact]
    public async Task A_gate_without_a_verdict_says_so()
    {
        using var launch = await Launch.Of(new());
        Assert.Contains("No verdict has been given yet", (await launch.Done("history")).Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_verdicts_of_the_ledger_differ_in_what_moved_and_in_nothing_else()
    {
        using var launch = await UpAndDown();

        var moved = await launch.Done("diff", "opening", "last", "-f", "json");
        var still = await launch.Done("diff", "last~1", "last");

        Assert.Equal(["a.fact", "b.fact"], Items(moved, "controls").Select(control => Text(control, "id")));
        Assert.All(Items(moved, "controls"), control => Assert.Equal("Worse", Text(control, "turn")));
        Assert.Equal(Value.False, moved.Json["same"]);
        Assert.Contains("Nothing moved.", still.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edit_that_asks_for_less_is_told_as_a_softening_and_a_new_release_with_its_artifacts()
    {
        using var launch = await Launch.Of(new() { Controls = Second.TrimEnd('\n') });
        launch.Folder.Write("old.json", $$"""{ "artifacts": { "shop": "sha256:{{new string('1', 64)}}", "web": "sha256:{{new string('3', 64)}}" } }""");
        launch.Folder.Write("new.json", $$"""{ "artifacts": { "shop": "sha256:{{new string('2', 64)}}", "web": "sha256:{{new string('3', 64)}}" } }""");
        await launch.Done("check", "--release", "old.json");
        launch.Change(Second, "");
        await launch.Run("check", "--release", "new.json");

        var diff = await launch.Done("diff", "-f", "json");

        Assert.Equal([("b.fact", "the control was removed")], Items(diff, "softenings").Select(one => (Text(one, "subject"), Text(one, "says"))));
        Assert.Equal([("shop", "Changed")], Items(diff, "artifacts").Select(one => (Text(one, "subject"), Text(one, "turn"))));
        Assert.Contains(Items(diff, "document"), one => Text(one, "subject") == "b.fact" && Text(one, "turn") == "Went");
        Assert.Equal("[]", diff.Json["not_compared"]!.ToString());
    }

    [Fact]
    public async Task Two_certificates_are_compared_without_any_ledger_and_verified_where_a_key_is_given()
    {
        using var launch = await UpAndDown();
        using var elsewhere = new Scratch();
        foreach (var name in (string[])["go.json", "no-go.json", ".muster/keys/runner.pub", "keys/mia.pub"])
            File.Copy(launch.Folder.PathOf(name), elsewhere.PathOf(Path.GetFileName(name)));

        var unproven = await elsewhere.Done("diff", "go.json", "no-go.json");
        var proven = await elsewhere.Done("diff", "go.json", "no-go.json", "--key", "runner.pub", "-f", "md");
        var foreign = await elsewhere.Run("diff", "go.json", "no-go.json", "--key", "mia.pub");
        var flipped = File.ReadAllText(elsewhere.PathOf("no-go.json"));
        elsewhere.Write("no-go.json", flipped[..^80] + (flipped[^80] == 'A' ? 'B' : 'A') + flipped[^79..]);
        var broken = await elsewhere.Run("diff", "go.json", "no-go.json", "--key", "runner.pub");

        Assert.Contains("go.json was not verified", unproven.Talk, StringComparison.Ordinal);
        Assert.Contains("a.fact failed: value false, true was expected", unproven.Data, StringComparison.Ordinal);
        Assert.Equal("", proven.Talk);
        Assert.Contains("GO → NO-GO", proven.Data, StringComparison.Ordinal);
        Assert.Equal((ExitCode.NotVerified, ""), (foreign.Exit, foreign.Data));
        Assert.NotEqual(ExitCode.Done, broken.Exit);
    }

    [Fact]
    public async Task A_verdict_is_found_by_its_time_its_entry_and_a_report_in_a_file()
    {
        using var launch = await UpAndDown();
        var lines = Items(await launch.Done("history", "-f", "json"), "stretches").ToList();
        launch.Folder.Write("report.json", (await launch.Run("report", "-f", "json")).Data);

        var byTime = await launch.Done("diff", Text(lines[0], "to"), Text(lines[1], "first"), "-f", "json");
        var byFile = await launch.Done("diff", Text(lines[1], "last")[7..19], "report.json", "-f", "json");

        Assert.Equal(["Go", "NoGo"], ((string[])["before", "after"]).Select(side => Text((Value.Fields)byTime.Json[side]!, "verdict")));
        Assert.Equal(Value.True, byFile.Json["same"]);
        Assert.Contains("had no verdict yet", (await launch.Run("diff", "2020-01-01", "last")).Talk, StringComparison.Ordinal);
        Assert.Contains("there is no last~9", (await launch.Run("diff", "last~9", "last")).Talk, StringComparison.Ordinal);
        Assert.Contains("is no verdict of this ledger, and no file", (await launch.Run("diff", "nowhere.json", "last")).Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_statement_is_told_and_does_not_end_the_history()
    {
        using var launch = await UpAndDown();
        var lines = Items(await launch.Done("history", "-f", "json"), "stretches").ToList();
        var statement = Text((Value.Fields)(await launch.Done("diff", Text(lines[1], "first"), "last", "-f", "json")).Json["before"]!, "statement")[7..];
        File.Delete(launch.Folder.PathOf($".muster/blobs/{statement[..2]}/{statement}"));

        Assert.Contains("its statement is not here any more", (await launch.Done("history")).Data, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotVerified, (await launch.Run("diff", Text(lines[1], "first"), "last")).Exit);
        var all = await launch.Run("replay", "--all");
        Assert.Equal(ExitCode.NotVerified, all.Exit);
        Assert.Contains("DIFFERENT: 1 of 5 verdicts; 4 the same", all.Data, StringComparison.Ordinal);
        Assert.Contains("is missing", all.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thousands_of_verdicts_are_one_line_and_their_statements_stay_closed()
    {
        using var launch = await Launch.Of(new());
        await launch.Done("check");
        using (var ledger = ((LedgerOpening.Opened)LedgerFolder.Open(launch.Folder.PathOf(".muster"), LedgerMode.Write, TimeProvider.System)).Ledger)
        {
            var given = (Fact.Decided)ledger.Read().Last().Fact;
            // Their statements are nowhere, so that reading one would show.
            var many = Enumerable.Range(0, 5_000).Select(i => (Fact)(given with { Statement = Digest.Of(BitConverter.GetBytes(i)), Standing = true })).ToList();
            Assert.IsType<LedgerAppend.Appended>(ledger.Append(many, ledger.Runner!));
        }

        var told = await launch.Done("history");

        Assert.Contains("5001 verdicts", told.Data, StringComparison.Ordinal);
        Assert.Contains("5000 times", told.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_verdict_of_another_ledger_is_left_out_and_counted()
    {
        using var launch = await Launch.Of(new());
        await launch.Done("check");
        using (var ledger = ((LedgerOpening.Opened)LedgerFolder.Open(launch.Folder.PathOf(".muster"), LedgerMode.Write, TimeProvider.System)).Ledger)
        using (var other = Signer.Create())
            Assert.IsType<LedgerAppend.Appended>(ledger.Append([((Fact.Decided)ledger.Read().Last().Fact) with { Verdict = Verdict.NoGo }], other));

        Assert.Contains("1 verdict of other ledgers left out", (await launch.Done("history")).Data, StringComparison.Ordinal);
        Assert.Equal(2, Items(await launch.Done("history", "--imported", "-f", "json"), "stretches").Count());
        var all = await launch.Done("replay", "--all");
        Assert.Contains("1 of 1 verdicts the same", all.Data, StringComparison.Ordinal);
        Assert.Contains("decided over another ledger", all.Data, StringComparison.Ordinal);
        await launch.Done("replay", "last"); // the last of this ledger
        var foreign = Items(await launch.Done("history", "--imported", "-f", "json"), "stretches").Single(line => Equals(line["imported"], Value.True));
        Assert.Contains("decided over another ledger", (await launch.Run("replay", Text(foreign, "last"))).Talk, StringComparison.Ordinal);
    }
}
