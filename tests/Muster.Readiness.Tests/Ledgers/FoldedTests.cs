using System.Collections.Immutable;
using Muster.Readiness.Tests.Verdicts;

namespace Muster.Readiness.Tests.Ledgers;

public class FoldedTests
{
    static Entry Entry(int index, double hour, Fact fact, string signer = "key-eve") => new(index, Digest.Of([(byte)index]), Given.Hour(hour), signer, fact);

    static Entry Rejection(int index, double hour) => Entry(index, hour, new Fact.Rejected("go-live", default, "no", Given.Hour(hour)));

    static Folded Of(params Entry[] entries)
    {
        var folded = new Folded(_ => null);
        foreach (var entry in entries) folded.Add(entry);
        return folded;
    }

    [Fact]
    public void Entries_are_read_by_their_time_and_at_a_tie_by_their_digest_however_they_came()
    {
        Entry[] entries = [Rejection(0, 3), Rejection(1, 1), Rejection(2, 2), Rejection(3, 2), Rejection(4, 2)];
        var byTime = entries.OrderBy(entry => entry.Time).ThenBy(entry => entry.Id.Hex, StringComparer.Ordinal);

        Assert.Equal(byTime, Of(entries).All<Fact.Rejected>().Select(one => one.Entry));
        Assert.Equal(byTime, Of([.. entries.Reverse()]).All<Fact.Rejected>().Select(one => one.Entry));
    }

    [Fact]
    public void It_knows_how_many_there_are_and_the_newest()
    {
        Assert.Null(Of().Newest);
        Assert.Equal((3L, Given.Hour(3)), Of(Rejection(0, 1), Rejection(1, 3), Rejection(2, 2)) is var folded ? (folded.Count, folded.Newest) : default);
    }

    [Fact]
    public void A_kind_is_seen_failing_when_it_was_last_and_not_by_a_fixture_that_passed()
    {
        Fact.Proved Proved(double hour, bool failing) => new("http", "f", failing, "", "", Given.Hour(hour));

        Assert.Equal(Given.Hour(2), Of(Entry(0, 1, Proved(1, true)), Entry(1, 2, Proved(2, true)), Entry(2, 3, Proved(3, false))).KindSeenFailing("http"));
        Assert.Equal(Given.Hour(2), Of(Entry(0, 1, Proved(2, true)), Entry(1, 2, Proved(1, true))).KindSeenFailing("http"));
        Assert.Null(Of(Entry(0, 1, Proved(1, true))).KindSeenFailing("tcp"));
    }

    static Run Run(double hour, params Sight[] sights) => new()
    {
        Question = default, Environment = new string("production".AsSpan()), Release = default, Origin = Origin.Live, Started = Given.Hour(hour), Finished = Given.Hour(hour), Sights = [.. sights],
    };

    static Sight Saw(string step, int status, string target = "10.0.0.1") => new()
    {
        Step = new string(step.AsSpan()), Observation = Value.Of(("status", status)), Before = new string(target.AsSpan()), After = new string(target.AsSpan()), Population = 1,
    };

    static IReadOnlyList<Seen> Runs(params Run[] runs) => Of([.. runs.Select((run, i) => Entry(i, 9, new Fact.Ran(run)))]).Runs(default)[0].Runs;

    [Fact]
    public void Runs_are_kept_by_their_start_however_they_came_with_all_that_they_saw()
    {
        var runs = Runs(Run(3, Saw("a", 3)), Run(1, Saw("a", 1)), Run(2, Saw("a", 2), Saw("b", 2)));

        Assert.Equal([Given.Hour(1), Given.Hour(2), Given.Hour(3)], runs.Select(run => run.Started));
        Assert.Equal([1d, 2d, 3d], runs.Select(run => Assert.IsType<Value.Number>(run.Sight("a")!.Observation!["status"]).Is));
        Assert.NotNull(runs[1].Sight("b"));
        Assert.Null(runs[0].Sight("b"));
    }

    [Fact]
    public void What_looks_the_same_from_run_to_run_is_kept_once()
    {
        var runs = Runs(Run(1, Saw("a", 200)), Run(2, Saw("a", 200)), Run(3, Saw("a", 500)), Run(4, Saw("a", 500, "10.0.0.2")));
        Sight Look(int run) => runs[run].Sights[0];

        Assert.Same(Look(0), Look(1));
        Assert.NotSame(Look(1), Look(2));
        Assert.Same(Look(0).Step, Look(3).Step);
        Assert.Same(Look(0).Before, Look(2).Before);
        Assert.Same(Look(0).Before, Look(2).After);
        Assert.Same(Look(2).Observation, Look(3).Observation);
        Assert.Equal((Value)"10.0.0.2", Look(3).Before);
        Assert.Equal((Value)"10.0.0.2", Look(3).After);
        Assert.Equal(500, Assert.IsType<Value.Number>(Look(2).Observation!["status"]).Is);
        Assert.NotNull(Runs(Run(1, Saw("a", 200)), Run(2, Saw("b", 200)))[1].Sight("b"));
    }

    [Fact]
    public void Runs_of_another_release_environment_or_origin_are_series_of_their_own_and_their_environment_is_kept_once()
    {
        var one = Run(1, Saw("a", 200));
        var folded = Of(Entry(0, 9, new Fact.Ran(one)), Entry(1, 9, new Fact.Ran(one with { Environment = "staging" })), Entry(2, 9, new Fact.Ran(one with { Release = Digest.Of("two"u8) })), Entry(3, 9, new Fact.Ran(Run(2, Saw("a", 200)) with { Origin = Origin.Imported })));

        Assert.Equal(4, folded.Runs(default).Count);
        Assert.Same(folded.Runs(default)[0].Environment, folded.Runs(default)[3].Environment);
        Assert.Empty(folded.Runs(Digest.Of("nobody asked"u8)));
    }

    [Fact]
    public void What_a_series_lacks_is_counted()
    {
        var changed = Saw("a", 200) with { After = "10.0.0.2", Population = 0 };
        var folded = Of(
            Entry(0, 9, new Fact.Ran(Run(1, Saw("a", 200) with { Population = 7 }))), Entry(1, 9, new Fact.Ran(Run(2, changed))), Entry(2, 9, new Fact.Ran(Run(3, new Sight { Step = "a", Blind = Blind.Deadline }))),
            Entry(3, 9, new Fact.Ran(Run(4) with { Undated = true })), Entry(4, 9, new Fact.Ran(Run(10))), Entry(5, 9, new Fact.Ran(Run(5, Saw("a", 200) with { Population = 4 }))));
        var series = Assert.Single(folded.Runs(default));

        Assert.Equal((4, 1, 1, 1, 1, 4L), (series.Count, series.Undated, series.ClockAhead, series.Blind, series.TargetChanged, series.LeastPopulation));
        Assert.Equal("key-eve", series.Signer);
    }

    [Fact]
    public void What_two_keys_recorded_stands_apart()
    {
        var folded = Of(Entry(0, 9, new Fact.Ran(Run(1))), Entry(1, 9, new Fact.Ran(Run(2)), "key-jon"));

        Assert.Equal(["key-eve", "key-jon"], folded.Runs(default).Select(series => series.Signer).Order());
    }
}
