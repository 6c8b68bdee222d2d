using Muster.Probes.Load;

namespace Muster.Probes.Tests.Load;


public class ArrivalTimesTests
{
    static List<double> All(LoadModel model, int lane = 0, int lanes = 1)
    {
        var (arrivals, all) = (new ArrivalTimes(model, lane, lanes), new List<double>());
        while (arrivals.Next is { } next)
        {
            all.Add(next / 1e9);
            arrivals.Take();
        }

        return all;
    }

    [Fact]
    public void A_constant_rate_is_even_from_its_first_moment()
    {
        var all = All(new LoadModel.ConstantRate(8, TimeSpan.FromSeconds(2)));

        Assert.Equal(Enumerable.Range(0, 16).Select(k => k / 8.0), all);
    }

    [Fact]
    public void A_ramp_begins_as_many_as_the_area_under_it()
    {
        var all = All(new LoadModel.RampingRate(0, [new(TimeSpan.FromSeconds(10), 100), new(TimeSpan.FromSeconds(5), 100), new(TimeSpan.Zero, 20), new(TimeSpan.FromSeconds(10), 0)]));

        Assert.Equal(500 + 500 + 100, all.Count, 1.0);
        Assert.Equal(500, all.Count(at => at < 10), 1.0);
        Assert.Equal(1000, all.Count(at => at < 15), 1.0);
        // At the middle of the rise a quarter of it has come.
        Assert.Equal(125, all.Count(at => at < 5), 1.0);
        Assert.Equal(all.Order(), all);
    }

    [Fact]
    public void A_rate_of_nothing_in_a_stage_begins_nothing_and_goes_on_after_it()
    {
        var all = All(new LoadModel.RampingRate(0, [new(TimeSpan.FromSeconds(5), 0), new(TimeSpan.Zero, 10), new(TimeSpan.FromSeconds(1), 10)]));

        Assert.Equal(10, all.Count);
        Assert.All(all, at => Assert.InRange(at, 5, 6));
    }

    [Fact]
    public void Steps_each_have_their_own_rate()
    {
        var all = All(new LoadModel.StepTest(10, 10, 30, TimeSpan.FromSeconds(2), null));

        Assert.Equal([20, 40, 60], Enumerable.Range(0, 3).Select(step => all.Count(at => at >= step * 2 && at < step * 2 + 2)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Lanes_together_begin_what_one_would(int lanes)
    {
        LoadModel[] models = [new LoadModel.ConstantRate(97, TimeSpan.FromSeconds(3)), new LoadModel.RampingRate(5, [new(TimeSpan.FromSeconds(4), 60)]), new LoadModel.StepTest(10, 5, 40, TimeSpan.FromSeconds(1), null)];

        foreach (var model in models)
            Assert.Equal(All(model), Enumerable.Range(0, lanes).SelectMany(lane => All(model, lane, lanes)).Order());
    }
}
