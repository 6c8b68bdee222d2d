using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes.Tests.Running;

public class CompanionsTests
{
    static readonly Asked Lasting = new("load", "lasting", Value.Of());
    static readonly Asked Beside = new("beside", "fake", Value.Of()) { During = "load" };

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static RunnerOptions With(Probe lasting, Probe beside, bool tells = true, Hazard hazard = Hazard.Passive)
    {
        ProbeKind Kind(string name, Probe probe, bool tellsUnderWay) => new(
            new() { Name = name, Says = "", Target = TargetShape.None, Population = "looks", Example = "", Hazard = tellsUnderWay || name == "lasting" ? hazard : Hazard.Passive, Fields = [new("at", Shape.Text, "")] }, probe, _ => throw new NotSupportedException())
        { TellsUnderWay = tellsUnderWay };
        return Probing.Options with { Kinds = [Kind("lasting", lasting, tells), Kind("fake", beside, false)] };
    }

    static Task<Sight> Saw(string at) => Task.FromResult(Probing.Saw(("at", at)));

    [Fact]
    public async Task A_step_beside_a_load_is_asked_only_once_the_load_is_under_way_and_the_load_goes_on_meanwhile()
    {
        var order = new List<string>();
        var (asked, began) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var running = Probing.Run(With(
            async (_, context, _) =>
            {
                began.SetResult();
                await Task.Yield();
                lock (order) order.Add("begun");
                context.UnderWay();
                await asked.Task;
                lock (order) order.Add("over");
                return Probing.Saw(("at", "load"));
            },
            (_, _, _) =>
            {
                lock (order) order.Add("beside");
                asked.SetResult();
                return Saw("beside");
            }), Probing.Ask(Lasting, Beside));

        var run = await running;

        Assert.Equal(["begun", "beside", "over"], order);
        Assert.Equal(["load", "beside"], run.Sights.Select(sight => sight.Step));
        Assert.Equal("beside", run.Sights[1].Observation!["at"]);
    }

    [Fact]
    public async Task What_a_step_saw_only_after_the_load_was_over_was_not_seen_during_it()
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var run = await Probing.Run(With(
            (_, context, _) =>
            {
                context.UnderWay();
                return Saw("load");
            },
            async (_, _, cancel) =>
            {
                await using var told = cancel.Register(over.SetResult);
                await over.Task;
                return Probing.Saw(("at", "too late"));
            }), Probing.Ask(Lasting, Beside));

        Assert.Equal("load", run.Sights[0].Observation!["at"]);
        Probing.Blind(run.Sights[1], Blind.NotReached, "\"load\" was over before this was seen");
    }

    [Fact]
    public async Task A_load_that_never_gets_under_way_leaves_the_step_beside_it_unseen()
    {
        var asked = 0;
        var run = await Probing.Run(With((_, _, _) => throw new Unseen(Blind.Unreachable, "nobody there"), (_, _, _) =>
        {
            asked++;
            return Saw("beside");
        }), Probing.Ask(Lasting, Beside));

        Assert.Equal(0, asked);
        Probing.Blind(run.Sights[0], Blind.Unreachable, "nobody there");
        Probing.Blind(run.Sights[1], Blind.NotReached, "was over before");
    }

    [Fact]
    public async Task A_load_without_consent_is_not_put_and_nothing_is_asked_during_it()
    {
        var asked = 0;
        Task<Sight> Count()
        {
            asked++;
            return Saw("seen");
        }

        var run = await Probing.Run(With((_, _, _) => Count(), (_, _, _) => Count(), hazard: Hazard.Active) with { Consent = _ => [] }, Probing.Ask(Lasting, Beside));

        Assert.Equal(0, asked);
        Assert.Equal([Blind.NoConsent, Blind.NotReached], run.Sights.Select(sight => sight.Blind!.Value));
    }

    [Fact]
    public async Task A_step_that_breaks_beside_a_load_is_told_and_the_load_is_seen_all_the_same()
    {
        var run = await Probing.Run(With(
            (_, context, _) =>
            {
                context.UnderWay();
                return Saw("load");
            },
            (_, _, _) => throw new InvalidOperationException("broken")), Probing.Ask(Lasting, Beside));

        Assert.Equal("load", run.Sights[0].Observation!["at"]);
        Assert.Null(run.Sights[1].Observation);
    }

    [Fact]
    public async Task A_kind_that_does_not_say_when_it_is_under_way_is_so_from_its_beginning()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var run = await Probing.Run(With(
            async (_, _, _) =>
            {
                await asked.Task;
                return Probing.Saw(("at", "long"));
            },
            (_, _, _) =>
            {
                asked.SetResult();
                return Saw("beside");
            }, tells: false), Probing.Ask(Lasting, Beside));

        Assert.Equal(["long", "beside"], run.Sights.Select(sight => ((Value.Text)sight.Observation!["at"]!).Is));
    }
}
