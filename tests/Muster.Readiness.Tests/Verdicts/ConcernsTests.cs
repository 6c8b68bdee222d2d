namespace Muster.Readiness.Tests.Verdicts;

/// <summary>What of a ledger a gate reads, and so what goes with it to another.</summary>
public class ConcernsTests
{
    static readonly Document Two = Given.Document(Given.Control("edge"), Given.Control("data")) is var document
        ? document with { Gates = [document.Gates[0] with { Name = "first", Controls = ["edge"] }, document.Gates[0] with { Name = "second", Controls = ["data"], After = "first" }] } : null!;

    static readonly Digest R = Digest.Of("release"u8), Other = Digest.Of("another"u8);

    static Fact.Ran Ran(string control, Digest? release = null) => new(new Run
    {
        Question = Digest.Of("an earlier question"u8), Cells = [control + "/part[region=eu]"], Environment = "production", Release = release ?? R, Origin = Origin.Live, Started = default, Finished = default, Sights = [],
    });

    static Fact.Rejected Rejected(string gate, Digest? release = null) => new(gate, release ?? R, "no", default);

    [Fact]
    public void A_gate_reads_its_own_controls_and_people_and_those_of_the_gates_before_it()
    {
        var first = new Concerns(Two, Two.Gates[0]);
        var second = new Concerns(Two, Two.Gates[1]);

        Assert.Equal((true, false), (first.Has(Ran("edge"), null), first.Has(Ran("data"), null)));
        Assert.Equal((true, true), (second.Has(Ran("edge"), null), second.Has(Ran("data"), null)));
        Assert.Equal((true, false), (first.Has(Rejected("first"), null), first.Has(Rejected("second"), null)));
        Assert.Equal(["first", "second"], second.Gates.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Without_a_gate_everything_is_meant_but_arrivals_which_are_one_ledgers_own()
    {
        var all = new Concerns(Two, null);
        Assert.True(all.Has(Ran("gone"), null) && all.Has(Rejected("gone"), null));
        Assert.False(all.Has(new Fact.Arrived(default, "", [], 1, 0, default), null));
    }

    [Fact]
    public void What_is_of_another_release_is_left_out_where_one_is_named()
    {
        var first = new Concerns(Two, Two.Gates[0]);
        Assert.Equal((true, false), (first.Has(Ran("edge"), R), first.Has(Ran("edge", Other), R)));
        Assert.Equal((true, false), (first.Has(Rejected("first"), R), first.Has(Rejected("first", Other), R)));
    }

    [Fact]
    public void What_takes_away_always_travels()
    {
        var first = new Concerns(Two, Two.Gates[0]);
        Assert.True(first.Has(new Fact.Revoked("key", "lost", default), R) && first.Has(new Fact.Withdrawn(default, "mended", default), R));
    }

    [Fact]
    public void The_questions_of_today_are_found_without_the_names_of_their_cells()
    {
        var question = Asks.Of(Two, Two.Control("edge")!, "production")[0].Question.Digest;
        var run = new Fact.Ran(Ran("renamed").Run with { Question = question });
        Assert.Equal((true, true, false), (new Concerns(Two, Two.Gates[0]).Has(run, null), new Concerns(Two, Two.Gates[1]).Has(run, null), new Concerns(Two, Two.Gates[0]).Has(Ran("renamed"), null)));
    }
}
