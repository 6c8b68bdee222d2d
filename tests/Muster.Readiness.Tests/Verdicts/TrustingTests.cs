namespace Muster.Readiness.Tests.Verdicts;

/// <summary>That an entry arrived says nothing of what it is worth.</summary>
public class TrustingTests
{
    static readonly Document Edge = Given.Document(Given.Control("edge"));

    static Story Story(Document? document = null) => new(document ?? Edge) { Home = "key-runner" };

    static Document Named(params string[] runners) => Edge with { Runners = [.. runners.Select(name => new Runner(name, "key-" + name))] };

    static Document Accepting(Document document) => document.Edit("edge", control => control.Each(part => part with { Accepts = [Origin.Live, Origin.Imported] }));

    [Fact]
    public void What_the_ledgers_own_runner_saw_is_live() => Assert.Equal(Verdict.Go, Story().Passes("edge", 0).Verdict(1));

    [Fact]
    public void What_an_unknown_key_saw_is_imported_and_does_not_count_by_itself()
    {
        var story = Story().Passes("edge", 0, signer: "key-eve");

        Assert.Equal((State.Unproven, Why.OriginNotAccepted), story.State("edge", 1));
        Assert.Equal([new NotCounted("an origin that the control does not accept", 1)], story.Decide(1).NotCounted);
    }

    [Fact]
    public void It_counts_as_imported_where_the_control_says_so()
    {
        var story = Story(Accepting(Edge)).Passes("edge", 0, signer: "key-eve");

        Assert.Equal((Verdict.Go, Origin.Imported), (story.Verdict(1), story.Shown("edge", 1).Parts[0].Origin));
    }

    [Fact]
    public void A_report_that_a_known_runner_read_counts_by_itself_and_one_that_somebody_else_read_does_not()
    {
        var reading = Edge.Edit("edge", control => control.Each(part => part with { Steps = [.. part.Steps.Select(step => step with { ReadsReport = true })] }));

        Assert.Equal(Verdict.Go, Story(reading).Passes("edge", 0, Imported).Verdict(1));
        Assert.Equal((State.Unproven, Why.OriginNotAccepted), Story(reading).Passes("edge", 0, Imported, signer: "key-eve").State("edge", 1));
        Assert.Equal((State.Unproven, Why.OriginNotAccepted), Story().Passes("edge", 0, Imported).State("edge", 1));
        Assert.Equal(Verdict.Go, Story(Accepting(reading)).Passes("edge", 0, Imported, signer: "key-eve").Verdict(1));
        Assert.Equal((State.Unproven, Why.OriginNotAccepted), Story(Accepting(reading)).Passes("edge", 0, run => run with { Origin = Origin.DryRun }).State("edge", 1));

        static Run Imported(Run run) => run with { Origin = Origin.Imported };
    }

    [Fact]
    public void A_runner_that_the_document_names_is_live_in_every_ledger() =>
        Assert.Equal((Verdict.Go, Origin.Live), (Story(Named("ci")).Passes("edge", 0, signer: "key-ci").Verdict(1), Story(Named("ci")).Passes("edge", 0, signer: "key-ci").Shown("edge", 1).Parts[0].Origin));

    [Fact]
    public void Where_runners_are_named_the_ledgers_own_is_none_unless_it_is_one_of_them()
    {
        Assert.Equal((State.Unproven, Why.OriginNotAccepted), Story(Named("ci")).Passes("edge", 0).State("edge", 1));
        Assert.Equal(State.Met, Story(Named("ci", "runner")).Passes("edge", 0).State("edge", 1).Item1);
    }

    [Fact]
    public void A_fail_that_an_unknown_key_saw_does_not_shut_the_gate_either()
    {
        var story = Story().Passes("edge", 0).Sees("edge", 0.5, Value.Of(("status", 500)), signer: "key-eve");

        Assert.Equal(Verdict.Go, story.Verdict(1));
    }

    [Fact]
    public void A_verdict_by_an_unknown_key_opens_nothing()
    {
        var opened = Story().Passes("edge", 0);
        var forged = (Fact.Decided)opened.Decides(1).Last.Fact;

        Assert.Equal(Verdict.Go, opened.Stands(2));
        Assert.IsType<Judgement.None>(Story().Passes("edge", 0).Enters(forged, 1, "key-eve").Stand(2));
        Assert.Equal(Verdict.Go, Assert.IsType<Judgement.Given>(Story(Named("ci", "runner")).Passes("edge", 0).Enters(forged with { Document = Named("ci", "runner").Digest }, 1, "key-ci").Stand(2)).Decision.Verdict);
    }

    [Fact]
    public void A_verdict_of_another_ledger_closes_no_condition()
    {
        var story = new Story(Given.Document(Given.Control("edge").Warn(), Given.Control("solid")) with { Runners = [new("runner", "key-runner"), new("ci", "key-ci")] }) { Home = "key-runner" };
        story.Passes("solid", 0).Fails("edge", 0).Decides(1);
        var due = story.Decide(2).Conditions.Single().Due;
        var elsewhere = (Fact.Decided)story.Last.Fact with { Open = [], Verdict = Verdict.Go, At = Given.Hour(2), Over = 1_000 };

        Assert.Equal(due, story.Enters(elsewhere, 2, "key-ci").Decide(3).Conditions.Single().Due);
    }

    [Fact]
    public void Naming_changing_or_dropping_a_runner_is_a_softening()
    {
        Assert.Equal("live evidence came from the ledger's own runner and comes from ci (key-ci)", Between(Edge, Named("ci")));
        Assert.Equal("live evidence came from ci (key-ci) and comes from ci (key-eve)", Between(Named("ci"), Edge with { Runners = [new("ci", "key-eve")] }));
        Assert.Equal("live evidence came from ci (key-ci) and comes from the ledger's own runner", Between(Named("ci"), Edge));
        Assert.Empty(Softenings.Between(Named("ci"), Named("ci"), "go-live"));

        static string Between(Document before, Document after) => Assert.Single(Softenings.Between(before, after, "go-live")).Says;
    }

    [Fact]
    public void A_document_without_runners_is_written_as_before_there_were_any() =>
        Assert.DoesNotContain("runners", Statements.ToValue(Edge).ToString(), StringComparison.Ordinal);
}
