using Muster.Telemetry.Store;

namespace Muster.Telemetry.Tests.Store;

public sealed class LiveSeriesTests
{
    static readonly long T = Bench.Start;

    static async Task<Bench> Filled()
    {
        var bench = new Bench();
        bench.Put("gone", T - 600_000, 1, ("job", "x"));
        bench.Put("a", T, 1, ("job", "x"));
        bench.Put("b", T, 1, ("job", "x"));
        bench.Put("b", T, 1, ("job", "y"));
        await SealTests.Seal(bench);
        await bench.Restart();
        return bench;
    }

    [Fact]
    public async Task Series_that_go_on_are_counted_after_a_sealing_and_a_restart_and_those_that_had_ended_are_not()
    {
        await using var bench = await Filled();
        Assert.Equal(0, bench.Store.Statistics().LiveSeries);
        Assert.Equal(3, bench.Store.Live(Bench.Cancel));
        var told = bench.Store.Cardinality(2, Bench.Cancel);
        Assert.Equal(3, told.Series);
        Assert.Equal([new Tally("b", 2), new("a", 1)], told.ByMetric);
        Assert.Equal([new Tally("__name__", 2), new("job", 2)], told.ByLabel);
        Assert.Equal([new Tally("__name__=b", 2), new("job=x", 2)], told.ByPair);
        Assert.Equal([new Tally("__name__", 3), new("job", 3)], told.ByLabelBytes);
    }

    [Fact]
    public async Task Once_new_samples_have_come_for_five_minutes_those_in_memory_are_all()
    {
        await using var bench = await Filled();
        bench.Put("a", T + 200_000, 1, ("job", "x"));
        Assert.Equal(3, bench.Store.Cardinality(2, Bench.Cancel).Series);
        bench.Put("a", T + 360_000, 1, ("job", "x"));
        Assert.Equal(1, bench.Store.Cardinality(2, Bench.Cancel).Series);
        Assert.Equal(1, bench.Store.Live(Bench.Cancel));
    }

    [Fact]
    public async Task Of_nothing_there_is_nothing()
    {
        await using var bench = new Bench();
        Assert.Equal(0, bench.Store.Live(Bench.Cancel));
        Assert.Empty(bench.Store.Cardinality(2, Bench.Cancel).ByMetric);
    }
}
