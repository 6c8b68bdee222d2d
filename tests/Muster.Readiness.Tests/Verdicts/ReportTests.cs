namespace Muster.Readiness.Tests.Verdicts;

/// <summary>Evidence that was made before it was looked at: reports of other tools.</summary>
public class ReportTests
{
    readonly Story _story = new(Given.Document(Given.Control("edge")).Edit("edge", control => control.Each(part => part with { Steps = [.. part.Steps.Select(step => step with { ReadsReport = true })] }))) { Home = "key-runner" };

    /// <summary>A report made at one hour and read at another.</summary>
    static Func<Run, Run> Read(double hour) => run => run with { Origin = Origin.Imported, Finished = Given.Hour(hour) };

    void Lost(double hour, string says = "there is no report") =>
        _story.Sees("edge", hour, null, run => run with { Origin = Origin.Imported, Undated = true, Finished = Given.Hour(hour) }, sight => sight with { Detail = says });

    [Fact]
    public void A_report_that_could_not_be_read_says_why()
    {
        Lost(1, "tests.xml is empty");

        Assert.Equal((State.Unproven, Why.Blind, "tests.xml is empty"), (_story.Shown("edge", 2).State, _story.Shown("edge", 2).Why, _story.Shown("edge", 2).Because));
    }

    [Fact]
    public void What_was_read_proves_nothing_once_the_report_is_lost_and_again_when_it_is_read_again()
    {
        _story.Passes("edge", 0, Read(1), entered: 1);
        Assert.Equal(State.Met, _story.Shown("edge", 2).State);

        Lost(2);
        Assert.Equal((State.Unproven, Why.Blind), (_story.Shown("edge", 3).State, _story.Shown("edge", 3).Why));

        _story.Passes("edge", -1, Read(4), entered: 4);
        Assert.Equal(State.Unproven, _story.Shown("edge", 5).State);

        _story.Passes("edge", 0, Read(6), entered: 6);
        Assert.Equal(State.Met, _story.Shown("edge", 7).State);
    }

    [Fact]
    public void A_lost_report_clears_no_fail_and_a_fail_read_later_brings_no_pass_back()
    {
        _story.Passes("edge", 1, Read(1), entered: 1);
        Lost(2);
        _story.Fails("edge", 0, Read(3), entered: 3);
        Assert.Equal(State.Unproven, _story.Shown("edge", 4).State);

        _story.Fails("edge", 4, Read(5), entered: 5);
        Lost(6);
        Assert.Equal(State.Failed, _story.Shown("edge", 7).State);
    }

    [Fact]
    public void An_older_report_that_is_read_later_does_not_clear_a_newer_fail()
    {
        _story.Fails("edge", 2, Read(3), entered: 3).Passes("edge", 1, Read(4), entered: 4);

        Assert.Equal(State.Failed, _story.Shown("edge", 5).State);
    }
}
