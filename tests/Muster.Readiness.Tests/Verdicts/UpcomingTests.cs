namespace Muster.Readiness.Tests.Verdicts;

/// <summary>What runs out by time alone, and what the verdict is then: each moment is judged, none is guessed.</summary>
public class UpcomingTests
{
    static Outlook Of(Story story, double hour, double within = 24 * 14, string gate = "go-live") =>
        Upcoming.Of(story.Document, story.Release, story.Ledger(), gate, Given.Hour(hour), TimeSpan.FromHours(within), Given.Kinds)!;

    static IEnumerable<(double, string, string)> Shown(Outlook outlook) => outlook.Coming.Select(one => ((one.At - Given.Start).TotalHours, one.What, one.Subject));

    [Fact]
    public void Evidence_runs_out_and_the_verdict_with_it()
    {
        var outlook = Of(new Story(Given.Document(Given.Control("edge"))).Passes("edge", 0), 1);

        Assert.Equal([(24, "evidence", "edge")], Shown(outlook));
        Assert.Equal((Verdict.Go, Verdict.Undecided, Given.Hour(24)), (outlook.Now.Verdict, outlook.Turns.Single().Verdict, outlook.Turns.Single().At));
        Assert.StartsWith("edge: stale", outlook.Turns.Single().Because, StringComparison.Ordinal);
    }

    [Fact]
    public void A_turn_is_what_the_judge_says_then_and_not_before()
    {
        var story = new Story(Given.Document(Given.Control("edge"))).Passes("edge", 0);

        Assert.Equal((Verdict.Go, Verdict.Undecided), (story.Verdict(24), story.Verdict(24.001)));
    }

    [Fact]
    public void Waivers_conditions_and_sign_offs_are_listed_with_who_must_act()
    {
        var document = Given.Document(Given.Control("edge"), Given.Control("solid").Each(part => part with { Fresh = TimeSpan.FromDays(30) })).Signed(("devops-lead", 1)).Gate(gate => gate with { SignedFor = TimeSpan.FromHours(30) });
        var story = new Story(document).Fails("edge", 0).Passes("solid", 0).Waives("edge", 1, 48, edit: waiver => waiver with { Owner = "eve" }).Signs("jon", "devops-lead", 2);
        var outlook = Of(story, 3);

        Assert.Equal([(27, "condition", "edge"), (32, "sign-off", "devops-lead"), (48, "waiver", "edge")], Shown(outlook));
        Assert.Equal(["eve", "jon", "eve"], outlook.Coming.Select(one => one.Owner));
    }

    [Fact]
    public void The_first_opening_fixes_when_a_condition_is_due_and_from_then_on_it_is_NO_GO()
    {
        var story = new Story(Given.Document(Given.Control("edge"), Given.Control("solid").Each(part => part with { Fresh = TimeSpan.FromDays(30) }))).Fails("edge", 0).Passes("solid", 0).Waives("edge", 1, 100).Decides(2);
        var outlook = Of(story, 3);

        Assert.Equal([(26, "condition", "edge"), (100, "waiver", "edge")], Shown(outlook));
        Assert.Equal([(Verdict.NoGo, Given.Hour(26))], outlook.Turns.Select(turn => (turn.Verdict, turn.At)));
    }

    [Fact]
    public void Freezes_and_soak_hold_and_let_go_by_time()
    {
        var document = Given.Document(Given.Control("edge").Each(part => part with { Fresh = TimeSpan.FromDays(30) }));
        document = document.Also(document.Gates[0] with { Name = "rehearsal" }).Gate(gate => gate with { After = "rehearsal", Soak = TimeSpan.FromHours(10), Freezes = [new(Given.Hour(20), Given.Hour(30), "holiday")] });
        var outlook = Of(new Story(document).Passes("edge", 0).Decides(1, "rehearsal"), 2, within: 100);

        Assert.Equal([(11, "soak", "rehearsal"), (20, "freeze", "go-live"), (30, "freeze", "go-live")], Shown(outlook));
        Assert.Equal((Verdict.Held, "Go Held Go"), (outlook.Now.Verdict, string.Join(' ', outlook.Turns.Select(turn => turn.Verdict))));
    }

    [Fact]
    public void Modes_and_reviews_of_excuses_are_dates_too()
    {
        var document = Given.Document(
            Given.Control("edge") with { Modes = [new(Mode.Warn), new(Mode.Block, Given.Hour(5))] },
            Given.Control("solid").Each(part => part with { Fresh = TimeSpan.FromDays(30) }),
            Given.Control("cards") with { NotApplicable = new("no cards", "architect", Given.Hour(9)) });
        var outlook = Of(new Story(document).Fails("edge", 0).Passes("solid", 0), 1, within: 12);

        Assert.Equal([(5, "mode", "edge"), (9, "review", "cards")], Shown(outlook));
        Assert.Equal([(Verdict.NoGo, Given.Hour(5))], outlook.Turns.Select(turn => (turn.Verdict, turn.At)));
    }

    [Fact]
    public void Attestations_and_broken_glass_end()
    {
        var story = new Story(Given.Document(Given.Attestation("said", "all is well", "on-call"), Given.Control("edge"))).Fails("edge", 0).Attests("eve", "said", 0.5).BreaksGlass("eve", 1, 10).BreaksGlass("ann", 1, 10);

        Assert.Equal([(10, "break-glass", "go-live"), (10, "condition", "break-glass:go-live"), (24.5, "attestation", "said")], Shown(Of(story, 2)));
    }

    [Fact]
    public void What_lies_beyond_or_is_over_is_left_out()
    {
        var story = new Story(Given.Document(Given.Control("edge"))).Passes("edge", 0);

        Assert.Empty(Of(story, 1, within: 2).Coming);
        Assert.Empty(Of(story, 30).Coming);
    }

    [Fact]
    public void Only_so_many_moments_are_judged_and_it_is_said_until_when()
    {
        var controls = Enumerable.Range(0, Upcoming.MostMoments + 5).Select(i => Given.Control($"c{i:000}").Each(part => part with { Fresh = TimeSpan.FromHours(10 + i) })).ToArray();
        var story = new Story(Given.Document(controls));
        foreach (var control in controls) story.Passes(control.Id, 0);
        var outlook = Of(story, 1);

        Assert.Equal((controls.Length, Given.Hour(10 + Upcoming.MostMoments - 1)), (outlook.Coming.Length, outlook.LookedUntil));
    }

    [Fact]
    public void Waivers_are_counted_and_shown_with_why_they_do_not_count()
    {
        var story = new Story(Given.Document(Given.Control("edge"))).Fails("edge", 0).Waives("edge", 1, 3).Waives("edge", 2, 48);
        var outlook = Of(story, 4);

        Assert.Equal([0, 1], outlook.Now.Waivers.Select(waiver => outlook.Renewals[waiver.Entry]));
        var text = UpcomingReport.Render(outlook, new());
        Assert.Contains("does not count: expired", text, StringComparison.Ordinal);
        Assert.Contains("renewed 1 time", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gate_without_a_verdict_has_no_outlook()
    {
        var story = new Story(Given.Document(Given.Control("edge")));

        Assert.Null(Upcoming.Of(story.Document, story.Release, story.Ledger(), "stop", Given.Hour(1), TimeSpan.FromHours(1), Given.Kinds));
    }
}
