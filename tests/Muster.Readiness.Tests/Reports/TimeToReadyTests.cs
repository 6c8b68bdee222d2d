namespace Muster.Readiness.Tests;

public class TimeToReadyTests
{
    [Fact]
    public void Each_owner_adds_up_and_the_longest_sum_counts()
    {
        var ready = TimeToReady.Of(With(Open("a", "mia", 1, 2), Open("b", "mia", 3, 5), Open("c", "jon", 2, 9)));

        Assert.Equal(new Span(TimeSpan.FromHours(4), TimeSpan.FromHours(9)), ready.Range);
        Assert.Equal("4h to 9h", ready.Says);
    }

    [Fact]
    public void A_blocker_without_an_estimate_is_counted_and_never_taken_as_nothing()
    {
        Assert.Equal("1h to 2h, and 1 blocker without an estimate", TimeToReady.Of(With(Open("a", "mia", 1, 2), Open("b", "jon", 0, 0) with { Estimate = null })).Says);
        Assert.Equal("not known: 1 blocker without an estimate", TimeToReady.Of(With(Open("b", "jon", 0, 0) with { Estimate = null })).Says);
    }

    [Fact]
    public void Waived_met_warned_observed_and_excluded_controls_are_no_blockers()
    {
        var open = Open("a", "mia", 1, 2);
        var ready = TimeToReady.Of(With(open with { Waived = true }, open with { State = State.Met }, open with { Mode = Mode.Warn }, open with { Mode = Mode.Observe }, open with { Out = "deferred" }));

        Assert.Equal((0, "nothing open"), (ready.Blockers, ready.Says));
    }

    [Fact]
    public void Estimates_beyond_all_time_stop_at_the_end_of_the_scale()
    {
        var endless = Open("a", "mia", 0, 0) with { Estimate = new(TimeSpan.MaxValue, TimeSpan.MaxValue) };

        Assert.Equal(TimeSpan.MaxValue, TimeToReady.Of(With(endless, endless)).Range!.Most);
    }

    [Fact]
    public void Open_items_come_worst_first_and_an_unknown_severity_before_a_known_one()
    {
        var failed = Open("f", "mia", 1, 1);
        var ids = OpenItems.Of(With(
            failed with { Id = "warn", Mode = Mode.Warn }, failed with { Id = "waived", Waived = true }, failed with { Id = "unproven", State = State.Unproven }, failed with { Id = "low", Severity = "low" },
            failed with { Id = "none" }, failed with { Id = "critical", Severity = "critical" }, failed with { Id = "odd", Severity = "SEV-0" })).Select(control => control.Id);

        Assert.Equal(["odd", "critical", "low", "none", "unproven", "waived", "warn"], ids);
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(0.25, "250ms")]
    [InlineData(59, "59s")]
    [InlineData(61.5, "1m 1s")]
    [InlineData(5400, "1h 30m")]
    [InlineData(86400, "1d")]
    [InlineData(90061, "1d 1h")]
    [InlineData(-5400, "-1h 30m")]
    public void Durations_say_their_two_largest_units(double seconds, string words) => Assert.Equal(words, DurationWords.Of(TimeSpan.FromSeconds(seconds)));

    static Decision With(params ControlShown[] controls) => ShopDecisions.Go() with { Controls = [.. controls] };

    static ControlShown Open(string id, string owner, int least, int most) => new()
    {
        Id = id, Owner = owner, Estimate = new(TimeSpan.FromHours(least), TimeSpan.FromHours(most)), State = State.Failed, Mode = Mode.Block, Line = 6, Because = "x",
    };
}
