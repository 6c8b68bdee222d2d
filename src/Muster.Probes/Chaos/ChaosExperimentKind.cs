using Muster.Readiness;

namespace Muster.Probes;

static class ChaosExperimentKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "chaos.experiment",
        Says = "Looks at a steady state before, during and after faults that it puts on and takes off again, and sees that each fault bites, that the state holds all the same, and that all is as before.",
        Target = TargetShape.Url,
        Hazard = Hazard.Destructive,
        Alone = true,
        Parameters =
        [
            new("steady", Shape.Map, "The steady state: checks by name, each as a check of its own is written, { orders: { http: { get: /orders }, expect: { status: 200 } } }. Without a target of its own a check asks that of the experiment. Each must hold, and no answer is no holding.") { Required = true },
            new("method", Shape.List, "The faults in order, each { name: … } with one of: proxy (that name unless said) with fault (stop, refuse, hang, pause, latency) or toxic ({ type: bandwidth, stream: downstream, attributes: { rate: 1 } }); take_away with give_back; pid_file, whose process is paused. effect: a check that holds before it and not during it, or the other way round.") { Required = true },
            new("rollbacks", Shape.List, "Further commands and signals that put things back, run after the faults are taken off, however it ends."),
            new("through", Shape.Text, "The control URL of the fault proxy that faults are put on: muster proxy, or any that speaks the API of Toxiproxy; mostly said by the target.") { NamesTarget = true },
            new("others", Shape.Map, "Further targets of the document, by the names that checks of steady and effect call them by: { metrics: prometheus }.") { NamesTarget = true },
            new("title", Shape.Text, "What is claimed, in words."),
            new("within", Shape.Duration, "How soon each fault must show its effect.") { Default = 10 },
            new("hold", Shape.Duration, "How long all of them stay on after that.") { Default = 5 },
            new("tolerate", Shape.Duration, "For how long in a row the steady state may be lost meanwhile; not at all unless said.") { Default = 0 },
            new("back_within", Shape.Duration, "How soon after the rollbacks the steady state must hold, and every effect be gone.") { Default = 60 },
            new("every", Shape.Duration, "How often the steady state is looked at.") { Default = 0.25 },
            new("patience", Shape.Duration, "How long one look may take; slower is no answer.") { Default = 3 },
            new("journal", Shape.Text, "Where a journal as Chaos Toolkit writes it is put, relative to the document."),
        ],
        Fields =
        [
            new("complete", Shape.Truth, "The steady state held before, during and after, every fault was seen to bite, and everything was taken back."),
            new("title", Shape.Text, "What is claimed."),
            new("status", Shape.Text, "As the journal says it: completed, or failed where the steady state was lost. One that came to no end is unproven."),
            new("deviated", Shape.Truth, "Whether the steady state was lost, during or afterwards."),
            new("met_before", Shape.Truth, "Whether it held before anything was done."),
            new("held", Shape.Truth, "Whether it held during the faults, but for as long as is tolerated."),
            new("met_after", Shape.Truth, "Whether it held at the end."),
            new("broken", Shape.List, "The checks that did not hold during the faults, each with what was seen first."),
            new("broken_for", Shape.Duration, "For how long in a row it was lost at most."),
            new("hypothesis_probes", Shape.Number, "Checks of the steady state."),
            new("during_checks", Shape.Number, "How often it was looked at during the faults."),
            new("during_unmet", Shape.Number, "How often it did not hold then."),
            new("recovered", Shape.Truth, "Whether the steady state held again in time, and every effect was gone."),
            new("time_to_recover", Shape.Duration, "From the beginning of the rollbacks until then; not observed where it never came."),
            new("left", Shape.Text, "What was not as before at the end."),
            new("activities", Shape.Number, "Faults that were put on, and looks at their effects."),
            new("actions", Shape.Number, "Faults that were put on."),
            new("failed_activities", Shape.Number, "Those of both that failed."),
            new("rolled_back", Shape.Truth, "Whether everything was taken back."),
            new("rollbacks", Shape.Number, "Rollbacks that were carried out."),
            new("failed_rollbacks", Shape.Number, "Those that failed."),
            new("faults", Shape.List, "Each fault.")
            {
                Of =
                [
                    new("name", Shape.Text, "Its name."), new("does", Shape.Text, "What was done, in words."), new("undone", Shape.Truth, "Whether it was taken back."), new("time_to_effect", Shape.Duration, "How long it took to bite."),
                    new("counted", Shape.Map, "What its proxy counted, where that is how its effect was seen."), new("before", Shape.Text, "Its effect's check before it: holds, or why not."), new("during", Shape.Text, "The same during it."), new("after", Shape.Text, "The same afterwards."),
                ],
            },
            new("checks", Shape.List, "Each check of the steady state.")
            {
                Of = [new("name", Shape.Text, "Its name."), new("kind", Shape.Text, "Its kind."), new("unmet", Shape.Number, "How often it did not hold during the faults."), new("says", Shape.Text, "What was seen then, first."), new("after", Shape.Truth, "Whether it held at the end.")],
            },
            new("journal", Shape.Text, "Where the journal is."),
            new("duration", Shape.Duration, "How long it took."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("complete", true)),
        Population = "faults",
        Deadline = TimeSpan.FromMinutes(10),
        Pitfalls =
        [
            "A fault that meets nobody is borne by everybody. Name its effect: a check that changes by it, asked where the fault is and not where it should not be felt.",
            "Without an effect only a proxy that counts shows that a fault bit, and only if the steady state's checks lead through it.",
            "A steady state that is looked at before and after only has not been seen to hold: it is looked at all the time meanwhile.",
            "No answer during a fault is a steady state that is lost, and not one that could not be told.",
            "Whoever retries or answers from a cache may hold for the time of one look: let the faults stay for as long as a real one does (hold).",
            "The faults stay on together, each added to those before it. Write an experiment for each where they are to be seen apart.",
        ],
        Example = "check: { chaos.experiment: shop, through: faults, steady: { orders: { http: { get: /orders }, expect: { status: 200, duration: at most 1s } } }, method: [ { name: cache hangs, proxy: redis, fault: hang, effect: { http: { get: /health/ready } } } ], expect: { time_to_recover: at most 30s } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, static (asked, context, cancel) => ChaosExperimentProbe.Read(asked, context).Look(cancel), Prove) { Prepare = ChaosExperimentProbe.Read, TellsUnderWay = true };

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var store = LoopbackListener.Start(DependencyOutageKind.Echo);
        await using var proxies = FaultProxies.Start(new OutboundGuard(), TimeProvider.System);
        var (port, _) = await proxies.Add("store", 0, $"127.0.0.1:{store.Port}");
        async Task<Witnessed> Look(bool keeps)
        {
            await using var site = LoopbackSite.Start();
            site.Asks = async (request, stop) => new(await DependencyOutageKind.Answers(port, stop) || keeps && request.Path == "/orders" ? 200 : 500);
            Value Http(string path) => Value.Of(("http", Value.Of(("get", path))));
            return await Stage.Look(Declaration, Value.Of(("target", site.Address.AbsoluteUri), ("through", proxies.Control.AbsoluteUri), ("steady", Value.Of(("orders", Http("/orders")))),
                ("method", Value.List([Value.Of(("name", "store away"), ("proxy", "store"), ("fault", "stop"), ("effect", Http("/stock")))])), ("hold", 0.3), ("every", 0.1)), cancel, Stage.Is("complete", true, Shape.Truth));
        }

        return new("chaos.experiment", "a service that answers no orders when its store is away, beside one that keeps them", await Look(keeps: false), await Look(keeps: true));
    }
}
