using Muster.Readiness;

namespace Muster.Probes;

static class AlertingDeliveryKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "alerting.delivery",
        Says = "Hands Alertmanager an alert that nobody else has, and looks for it where it must arrive, its end included.",
        Target = TargetShape.Url,
        Hazard = Hazard.Active,
        Parameters =
        [
            new("sink", Shape.Text, "The target where it must arrive: a Maildir beside the document, or the URL of a page that lists as JSON what a receiver got.") { NamesTarget = true, Required = true },
            new("labels", Shape.Map, "Labels of the alert beside its name, which the routes look at: { severity: page }."),
            new("name", Shape.Text, "The alert's name.") { Default = "MusterDelivery" },
            new("wait", Shape.Duration, "How long it may take to arrive, and as long again for its end.") { Default = 60 },
            new("resolve", Shape.Truth, "Whether its end must arrive too.") { Default = true },
            .. HttpApi.Connection,
        ],
        Fields =
        [
            new("complete", Shape.Truth, "Whether all that was asked for arrived in time: the alert, and its end unless \"resolve\" is false."),
            new("delivered", Shape.Truth, "Whether it arrived in time."),
            new("delay", Shape.Duration, "From handing it over until it was seen there."),
            new("resolved", Shape.Truth, "Whether its end arrived in time; not observed where \"resolve\" is false."),
            new("resolved_delay", Shape.Duration, "From handing over its end until that was seen."),
            new("messages", Shape.Number, "How many messages arrived, its end included."),
            new("receivers", Shape.List, "The receivers that it was routed to."),
            new("blackhole", Shape.Truth, "Whether every one of them is a name without anything behind it."),
            new("suppressed", Shape.Truth, "Whether a silence or an inhibition held it back."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("complete", true), ("blackhole", false), ("suppressed", false)),
        Population = "alerts",
        Deadline = TimeSpan.FromMinutes(3),
        Pitfalls =
        [
            "The router says 200 to an alert though nothing behind it works; only arrival counts here.",
            "A receiver that has only a name drops everything, and no counter of failures moves.",
            "It pages whoever the route leads to. Give it a label and a route of its own beside the real one, or tell people before.",
            "Grouping waits before the first message (group_wait) and before its end (group_interval): wait must be longer.",
            "An end is sent only where the receiver says send_resolved; mail does not unless told.",
            "It proves the way from the router on. Whether a rule ever fires is for alert.fire.",
        ],
        Example = "check: { alerting.delivery: { target: router, sink: inbox, labels: { severity: page } }, expect: { delay: at most 30s } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, AlertingDeliveryProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var sick = FakeRouter.Start(delivers: false);
        await using var well = FakeRouter.Start(delivers: true);
        Task<Witnessed> Look(FakeRouter router) => Stage.Look(Declaration, Value.Of(("target", router.Address), ("sink", Value.Of(("address", router.Address), ("page", "/inbox"))), ("wait", 1)), cancel,
            Stage.Is("delivered", true, Shape.Truth), Stage.Is("blackhole", false, Shape.Truth));
        return new("alerting.delivery", "a router whose receiver is only a name, beside one that delivers", await Look(sick), await Look(well));
    }
}
