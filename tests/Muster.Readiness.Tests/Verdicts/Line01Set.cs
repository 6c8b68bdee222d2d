namespace Muster.Readiness.Tests.Verdicts;

public class Line01Set
{
    static readonly DateTimeOffset Review = Given.Hour(100);

    static Document With(NotApplicable? not = null, Deferral? deferred = null) =>
        Given.Document(Given.Control("edge"), Given.Control("mesh") with { NotApplicable = not, Deferred = deferred });

    static Story Of(Document document) => new Story(document).Passes("edge", 0);

    [Fact]
    public void Not_applicable_with_reason_approval_and_review_leaves_the_set()
    {
        var story = Of(With(new("no mesh here", "architect", Review)));

        Assert.Equal(Verdict.Go, story.Verdict(1));
        Assert.StartsWith("not applicable: no mesh here", story.Shown("mesh", 1).Out, StringComparison.Ordinal);
        Assert.Equal(1, story.Shown("mesh", 1).Line);
        Assert.Equal(1, story.Decide(1).Blocking);
    }

    [Fact]
    public void A_person_in_the_role_may_approve_by_name() => Assert.Equal(Verdict.Go, Of(With(new("no mesh here", "mia", Review))).Verdict(1));

    [Fact]
    public void Without_a_reason_it_stays_in() => Assert.Equal(Verdict.Undecided, Of(With(new(" ", "architect", Review))).Verdict(1));

    [Theory]
    [InlineData("devops-lead")]
    [InlineData("jon")]
    [InlineData("")]
    public void Approved_by_a_role_that_the_gate_does_not_name_it_stays_in(string by) => Assert.Equal(Verdict.Undecided, Of(With(new("no mesh here", by, Review))).Verdict(1));

    [Fact]
    public void From_its_review_date_on_it_is_in_again()
    {
        var story = Of(With(new("no mesh here", "architect", Given.Hour(2))));

        Assert.Equal(Verdict.Go, story.Verdict(1.999));
        Assert.Equal(Verdict.Undecided, story.Verdict(2));
        Assert.Null(story.Shown("mesh", 2).Out);
    }

    [Fact]
    public void A_deferral_also_needs_a_fresh_pass_of_its_trigger()
    {
        var until = Given.Part(target: "/calls", field: "calls", expects: Given.Compare(Comparison.AtMost, 5));
        var story = Of(With(deferred: new("holds without one", "architect", Review, until)));
        Assert.Equal(Verdict.Undecided, story.Verdict(1));

        story.Sees("mesh/until", 1, Value.Of(("calls", 3)));
        Assert.Equal(Verdict.Go, story.Verdict(2));
        Assert.StartsWith("deferred: holds without one", story.Shown("mesh", 2).Out, StringComparison.Ordinal);

        Assert.Null(story.Shown("mesh", 25.1).Out); // the trigger's evidence is stale
        story.Sees("mesh/until", 3, Value.Of(("calls", 6)));
        Assert.Equal(Verdict.Undecided, story.Verdict(4));
    }

    [Fact]
    public void A_deferral_ends_at_its_review_date()
    {
        var until = Given.Part(target: "/calls", field: "calls", expects: Given.Compare(Comparison.AtMost, 5));
        var story = Of(With(deferred: new("holds without one", "architect", Given.Hour(3), until))).Sees("mesh/until", 1, Value.Of(("calls", 3)));

        Assert.Equal(Verdict.Go, story.Verdict(2.9));
        Assert.Equal(Verdict.Undecided, story.Verdict(3));
    }

    [Fact]
    public void A_deferral_without_a_trigger_stays_in() => Assert.Equal(Verdict.Undecided, Of(With(deferred: new("later", "architect", Review))).Verdict(1));

    [Fact]
    public void Everything_not_applicable_is_an_empty_set_and_opens_nothing()
    {
        var document = Given.Document(Given.Control("edge") with { NotApplicable = new("not here", "architect", Given.Hour(5)) });
        var story = new Story(document).Passes("edge", 0);

        Assert.Equal(Verdict.Undecided, story.Verdict(1));
        Assert.Contains(story.Decide(1).Reasons, because => because is { Line: 7, Subject: "go-live" });
        Assert.Equal(Verdict.Undecided, story.Verdict(6)); // time brings it back; time opens nothing
    }

    [Fact]
    public void The_set_is_the_gates_own_controls()
    {
        var document = Given.Document(Given.Control("edge"), Given.Control("other")).Gate(gate => gate with { Controls = ["edge"] });

        Assert.Equal(["edge"], new Story(document).Passes("edge", 0).Decide(1).Controls.Select(control => control.Id));
    }

    [Fact]
    public void Each_environment_that_it_must_be_proved_in_counts()
    {
        var story = new Story(Given.Document(Given.Control("edge")).Gate(gate => gate with { ProvedIn = ["staging", "production"] })).Passes("edge", 0);
        Assert.Equal(Verdict.Undecided, story.Verdict(1));
        Assert.StartsWith("staging: ", story.Shown("edge", 1).Because, StringComparison.Ordinal);

        Assert.Equal(Verdict.Go, story.Passes("edge", 0, environment: "staging").Verdict(1));
        Assert.Equal(Verdict.NoGo, story.Fails("edge", 0.5, environment: "staging").Verdict(1));
    }

    [Fact]
    public void A_person_of_several_roles_may_approve_by_one_of_them()
    {
        var document = With(new("no mesh here", "zoe", Review));

        Assert.Equal(Verdict.Go, Of(document with { People = document.People.Add(Given.Person("zoe", "on-call", "architect")) }).Verdict(1));
    }

    [Fact]
    public void What_its_trigger_lacks_is_counted_once()
    {
        var document = With(deferred: new("later", "architect", Review, Given.Part(target: "/calls")));
        document = document with { Controls = document.Controls.Add(Given.States("s", "mesh")) };

        Assert.Equal([new NotCounted("undated", 1)], Of(document).Passes("mesh/until", 0, run => run with { Undated = true }).Gated("edge", "mesh", "s").Decide(1).NotCounted);
    }

    [Fact]
    public void However_many_are_not_applicable_each_is_out()
    {
        var story = Of(Given.Document([Given.Control("edge"), .. Enumerable.Range(0, 150).Select(i => Given.Prose("c" + i) with { NotApplicable = new("no", "architect", Review) })]));

        Assert.Equal(150, story.Decide(1).Controls.Count(control => control.Out is not null));
    }
}
