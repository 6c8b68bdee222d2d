using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>A person's drill by the commands, and what is refused as none.</summary>
public sealed class DrillTests : IAsyncLifetime
{
    const string Control = """
          failover:
            title: The standby takes over
            check: { drill: The standby takes over, by: on-call, runbook: docs/failover.md, least: 3m, binds: environment, fresh: 92d, expect: { rto: at most 15m } }
        """;

    Launch _launch = null!;

    public async ValueTask InitializeAsync()
    {
        _launch = new Launch { Controls = string.Join('\n', Control.Split('\n')) };
        _launch.Folder.Write("docs/failover.md", "1. Stop the primary.\n2. Promote the standby.\n");
        _launch = await Launch.Of(_launch);
    }

    public ValueTask DisposeAsync()
    {
        _launch.Dispose();
        return ValueTask.CompletedTask;
    }

    Task<Ran> At(double minutesAgo, params string[] words) => InProcess.Run(_launch.Folder.Folder, host => host with { Clock = new Earlier(TimeSpan.FromMinutes(minutesAgo)) }, words);

    async Task<Ran> Done(double minutesAgo, params string[] words)
    {
        var ran = await At(minutesAgo, words);
        Assert.True(ran.Exit == ExitCode.Done, $"muster {string.Join(' ', words)} came to {ran.Exit}: {ran.Talk}");
        return ran;
    }

    async Task Rehearse()
    {
        await Done(10, "drill", "start", "failover", "--as", "kai", "--witness", "jon", "--runbook", "docs/failover.md");
        await Done(9, "drill", "step", "Stopped the primary");
        await Done(7, "drill", "note", "The alert came after 40 s");
        await Done(4, "drill", "step", "Promoted the standby");
    }

    async Task<(string? State, string? Because)> State(double minutesAgo = 0)
    {
        var report = Value.Parse(System.Text.Encoding.UTF8.GetBytes((await At(minutesAgo, "gate", "-f", "json")).Data));
        var control = Items(report).First(one => one["id"]!.Equals((Value)"failover"));
        return ((control["state"] as Value.Text)?.Is, (control["because"] as Value.Text)?.Is);
    }

    static IEnumerable<Value.Fields> Items(Value value) => value switch
    {
        Value.Fields fields when fields["id"] is Value.Text && fields["state"] is Value.Text => [fields],
        Value.Fields fields => fields.SelectMany(field => Items(field.Value)),
        Value.Items items => items.Are.SelectMany(Items),
        _ => [],
    };

    static void Refused(Ran ran, string says)
    {
        Assert.Equal(ExitCode.BadInput, ran.Exit);
        Assert.Contains(says, ran.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_drill_that_was_run_and_witnessed_counts_until_it_is_overdue_or_its_runbook_changes()
    {
        await Rehearse();
        var shown = await Done(3, "drill", "show");
        Assert.Contains("failover, run by kai since", shown.Data, StringComparison.Ordinal);
        Assert.Contains("     1:00  Stopped the primary", shown.Data, StringComparison.Ordinal);
        var finished = await Done(0, "drill", "finish", "--as", "kai", "--outcome", "passed", "--rto", "4m", "--rpo", "0s");
        Assert.Contains("passed after 10:0", finished.Data, StringComparison.Ordinal);
        var alone = await State();
        await Done(0, "drill", "witness", "failover", "--as", "jon");
        var witnessed = await State();
        var runbook = File.ReadAllText(_launch.Folder.PathOf("docs/failover.md"));
        _launch.Folder.Write("docs/failover.md", "1. Do something else.\n");
        var changed = await State();
        _launch.Folder.Write("docs/failover.md", runbook);
        var overdue = await State(-93 * 24 * 60);

        Assert.Equal("unproven", alone.State?.ToLowerInvariant());
        Assert.Contains("nobody else has witnessed it", alone.Because, StringComparison.Ordinal);
        Assert.Equal("met", witnessed.State?.ToLowerInvariant());
        Assert.Equal(("unproven", true), (overdue.State?.ToLowerInvariant(), overdue.Because!.Contains("overdue", StringComparison.Ordinal)));
        Assert.Equal(("unproven", true), (changed.State?.ToLowerInvariant(), changed.Because!.Contains("has changed since", StringComparison.Ordinal)));
        Assert.Contains("No drill is under way.", (await Done(0, "drill", "show")).Data, StringComparison.Ordinal);
    }

    /// <summary>Who typed the verdict cannot be the one who confirms it.</summary>
    [Fact]
    public async Task Who_ran_a_drill_cannot_witness_it_and_nobody_who_is_no_party_finishes_it()
    {
        Refused(await At(10, "drill", "start", "failover", "--as", "kai", "--witness", "kai"), "cannot be its witness too");
        Refused(await At(10, "drill", "start", "failover", "--as", "jon"), "is for a on-call to run, and jon is none");
        await Rehearse();
        Refused(await At(3, "drill", "start", "failover", "--as", "kai"), "is under way");
        Refused(await At(0, "drill", "finish", "--as", "mia", "--outcome", "passed"), "is run by kai, and not by mia");
        await Done(0, "drill", "finish", "--as", "kai", "--outcome", "passed", "--rto", "4m");
        Refused(await At(0, "drill", "witness", "failover", "--as", "kai"), "cannot be its witness too");
        Assert.Equal("unproven", (await State()).State?.ToLowerInvariant());
    }

    /// <summary>An entry of another program's: the judge asks by itself who stands under it.</summary>
    [Fact]
    public async Task A_witness_who_is_the_runner_counts_for_nothing_whoever_wrote_the_entry()
    {
        await Rehearse();
        var finished = await Done(0, "drill", "finish", "--as", "kai", "--outcome", "passed", "--rto", "4m", "--format", "json");
        var drill = Digest.Parse(((Value.Text)finished.Json["entry"]!).Is);
        var host = new Host { Clock = TimeProvider.System, Folder = _launch.Folder.Folder, Data = TextWriter.Null, Talk = TextWriter.Null, Interactive = false, CanAsk = false, Variable = _ => InProcess.Passphrase, Cancel = default };
        void Witness(string name)
        {
            using var session = Session.Open(host, (string?)null, write: true);
            using var signer = People.Open(host, session.Workspace, name, null).Signer;
            session.Append([new Fact.DrillWitnessed(drill, "failover", host.Now)], signer);
        }

        Witness("kai");
        var own = await State();
        Witness("mia");
        var others = await State();

        Assert.Equal(("unproven", true), (own.State?.ToLowerInvariant(), own.Because!.Contains("nobody else has witnessed it", StringComparison.Ordinal)));
        Assert.Equal("met", others.State?.ToLowerInvariant());
    }

    /// <summary>Who is an author of the evidence does not sign off the gate that counts it.</summary>
    [Fact]
    public async Task Neither_who_ran_a_drill_nor_who_witnessed_it_signs_off_its_gate()
    {
        _launch.Change("require: all", "require: all, sign: { architect: 1 }");
        await Rehearse();
        await Done(0, "drill", "finish", "--as", "kai", "--outcome", "passed", "--rto", "4m");
        await Done(0, "drill", "witness", "failover", "--as", "mia");
        await At(0, "check");
        var signed = await At(0, "sign", "--as", "mia");
        var report = await At(0, "report");

        Assert.True(signed.Exit == ExitCode.BadInput || report.Data.Contains("does not count", StringComparison.Ordinal), signed.Data + signed.Talk + report.Data);
        Assert.Contains("HELD", report.Data, StringComparison.Ordinal);
    }

    /// <summary>A rehearsal that was only typed in comes to its end within moments.</summary>
    [Fact]
    public async Task A_drill_that_went_by_in_no_time_or_faster_than_it_can_is_refused_as_simulated()
    {
        await Done(10, "drill", "start", "failover", "--as", "kai");
        Refused(await At(0, "drill", "finish", "--as", "kai", "--outcome", "passed"), "none of its steps was stamped");
        await Done(5, "drill", "step", "Stopped the primary");
        await Done(5, "drill", "step", "Promoted the standby");
        Refused(await At(0, "drill", "finish", "--as", "kai", "--outcome", "passed"), "stamped within a second");
        await Done(0, "drill", "abort", "--because", "typed in");
        await Done(2, "drill", "start", "failover", "--as", "kai");
        await Done(2, "drill", "step", "Stopped the primary");
        await Done(1, "drill", "step", "Promoted the standby");
        Refused(await At(0, "drill", "finish", "--as", "kai", "--outcome", "passed"), "nobody can do it in less than 180 s");
        Refused(await At(0, "drill", "finish", "--as", "kai", "--outcome", "passed", "--rto", "20m"), "recovery is said to have taken");
    }

    /// <summary>The judge asks by itself what the command asks: an entry that another program signed counts no more than its pace bears out.</summary>
    [Fact]
    public void A_signed_entry_whose_pace_is_none_does_not_count()
    {
        var parameters = Value.Of(("least", 180));
        Assert.Null(Drilling.WhyNot(parameters, Seen(0, 200)));
        Assert.Contains("stamped within a second", Drilling.WhyNot(parameters, Seen(0, 0)), StringComparison.Ordinal);
        Assert.Contains("outside of its time", Drilling.WhyNot(parameters, Seen(0, 900)), StringComparison.Ordinal);
        Assert.Contains("no transcript", Drilling.WhyNot(parameters, Value.Fields.Empty), StringComparison.Ordinal);

        static Value.Fields Seen(double first, double last) => Value.Of(("duration", 600), ("transcript", Value.List([Line(first), Line(last)])));
        static Value Line(double after) => Value.Of(("kind", "step"), ("after", after), ("says", "did it"));
    }

    [Fact]
    public async Task The_fullest_transcript_that_is_taken_fits_into_the_ledger()
    {
        await Done(10, "drill", "start", "failover", "--as", "kai");
        await Done(9, "drill", "step", "Stopped the primary");
        await Done(4, "drill", "step", "Promoted the standby");
        while ((await At(2, "drill", "note", "--deviation", new string('é', 590) + "\n\"")).Exit == ExitCode.Done) { }
        Refused(await At(2, "drill", "note", new string('é', 590)), "the transcript is full");

        await Done(0, "drill", "finish", "--as", "kai", "--outcome", "passed");
    }

    [Fact]
    public async Task The_report_shows_when_a_drill_is_due_and_how_its_times_have_gone()
    {
        foreach (var rto in (string[])["4m", "5m"])
        {
            await Rehearse();
            await Done(0, "drill", "finish", "--as", "kai", "--outcome", "passed", "--rto", rto, "--rpo", "30s");
            await Done(0, "drill", "witness", "failover", "--as", "jon");
        }

        var text = await Printed("report");
        var page = await Printed("report", "-f", "html");

        Assert.Contains("recovery 5m ← 4m (at most 15m)", text, StringComparison.Ordinal);
        Assert.Contains("loss 30s ← 30s", text, StringComparison.Ordinal);
        Assert.Contains("due by", text, StringComparison.Ordinal);
        Assert.Contains("5m ← 4m (at most 15m)", page, StringComparison.Ordinal);

        async Task<string> Printed(params string[] words) => (await At(0, words)).Data;
    }

    /// <summary>Whoever takes back his failure would have his older pass again.</summary>
    [Fact]
    public async Task A_drill_that_failed_is_not_taken_back_and_one_that_nobody_witnessed_is_shown_as_overdue()
    {
        await Rehearse();
        var finished = await Done(0, "drill", "finish", "--as", "kai", "--outcome", "failed", "--rto", "5m", "--format", "json");

        Refused(await At(0, "withdraw", ((Value.Text)finished.Json["entry"]!).Is, "--as", "kai", "--because", "it was a bad day"), "stands until a later one passes");
        Assert.Equal("failed", (await State()).State?.ToLowerInvariant());
        Assert.Contains("overdue since", (await At(0, "report")).Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_runbook_that_is_not_there_is_a_mistake_of_the_document()
    {
        File.Delete(_launch.Folder.PathOf("docs/failover.md"));
        var ran = await At(0, "lint");

        Assert.Equal(ExitCode.BadInput, ran.Exit);
        Assert.Contains("There is no file \"docs/failover.md\".", ran.Data + ran.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_transcript_cannot_hold_is_refused_and_a_broken_file_is_named()
    {
        await Done(10, "drill", "start", "failover", "--as", "kai");
        Refused(await At(9, "drill", "step", " "), "an empty line says nothing");
        Refused(await At(9, "drill", "note", new string('x', 700)), "is too long");
        Refused(await At(9, "drill", "step", "done", "--of", "other"), "no drill of other is under way");
        _launch.Folder.Write(".muster/drills/odd.json", "{}");
        Refused(await At(9, "drill", "show"), "odd.json in .muster/drills is no drill");
    }
}
