using Muster.Readiness;

namespace Muster.Probes.Tests.Load;

public class LoadCompareTests
{
    static Task<Sight> Compare(LoopbackSite target, LoopbackSite beside, params (string, Value)[] more) => Probing.Look("load.compare",
        [("target", target.Address.AbsoluteUri), ("beside", Value.Of(("address", beside.Address.AbsoluteUri))), ("vus", "4"), ("duration", "1s"), ("get", "/"), ("rounds", 1), ("throughput", 0.01), ("p95", 1000), ("p99", 1000), .. more]);

    [Fact]
    public async Task Two_targets_that_answer_nothing_but_errors_alike_are_no_good_comparison()
    {
        await using var one = LoopbackSite.Start();
        await using var other = LoopbackSite.Start();
        one.Otherwise = other.Otherwise = static _ => new(503, "down");

        Probing.Blind(await Compare(one, other), Blind.Unreadable, "which is compared with, did not hold http_req_failed rate<0.01");
    }

    [Fact]
    public async Task A_target_that_answers_errors_quickly_does_not_meet_what_one_that_works_does()
    {
        await using var sick = LoopbackSite.Start();
        await using var well = LoopbackSite.Start();
        sick.Otherwise = static _ => new(503, "down");
        well.Otherwise = static _ => new(200, "up");

        var sight = await Compare(sick, well);

        Assert.True(sight.Observation is not null, sight.Detail);
        Assert.Equal(Value.False, sight.Observation!["met"]);
    }
}
