namespace Muster.Readiness.Tests.Verdicts;

public class Line05Mode
{
    [Fact]
    public void Observe_never_counts_and_is_always_shown()
    {
        var story = new Story(Given.Document(Given.Control("edge"), Given.Control("look").Observe())).Passes("edge", 0).Fails("look", 0);

        Assert.Equal(Verdict.Go, story.Verdict(1));
        Assert.Equal(State.Failed, story.Shown("look", 1).State);
        Assert.Equal(5, story.Shown("look", 1).Line);
    }

    [Fact]
    public void Warn_makes_it_conditional_and_block_stops_it()
    {
        var control = Given.Control("edge");

        Assert.Equal(Verdict.ConditionalGo, new Story(Given.Document(control.Warn())).Fails("edge", 0).Verdict(1));
        Assert.Equal(Verdict.NoGo, new Story(Given.Document(control)).Fails("edge", 0).Verdict(1));
    }

    [Fact]
    public void The_mode_is_the_one_at_T()
    {
        var story = new Story(Given.Document(Given.Control("edge") with { Modes = [new(Mode.Observe), new(Mode.Warn, Given.Hour(2)), new(Mode.Block, Given.Hour(4))] })).Fails("edge", 0);

        Assert.Equal([Verdict.Go, Verdict.ConditionalGo, Verdict.ConditionalGo, Verdict.NoGo], new[] { 1.9, 2, 3.9, 4 }.Select(hour => story.Verdict(hour)));
    }
}
