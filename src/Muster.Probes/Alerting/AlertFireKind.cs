using Muster.Readiness;

namespace Muster.Probes;

static class AlertFireKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "alert.fire",
        Says = "Drives what an alert watches over its threshold, sees the alert go off, arrive and end, and drives it back.",
        Target = TargetShape.Url,
        Hazard = Hazard.Active,
        Parameters =
        [
            new("alert", Shape.Text, "The name of the alerting rule.") { Required = true },
            new("labels", Shape.Map, "Labels that the alert must bear; any alert of that name unless said."),
            new("drive", Shape.Text, "The target that can be driven: a service with a switch for faults, a gateway for pushed metrics, a test double that exports the series.") { NamesTarget = true, Required = true },
            new("on", Shape.Text, "The path to POST to so that the threshold is passed.") { Required = true },
            new("off", Shape.Text, "The path to POST to so that all is as before. It is asked whatever happens.") { Required = true },
            new("on_json", Shape.Any, "The body of the first."),
            new("off_json", Shape.Any, "The body of the second."),
            new("router", Shape.Text, "The target of the alertmanager that must get it.") { NamesTarget = true },
            new("sink", Shape.Text, "The target where it must arrive, as for alerting.delivery.") { NamesTarget = true },
            new("wait", Shape.Duration, "How long it may take to fire, to arrive and to end, each.") { Default = 60 },
            .. HttpApi.Connection,
        ],
        Fields =
        [
            new("complete", Shape.Truth, "The whole way was gone: it did not fire before, it fired, it was routed and delivered where that is asked for, and it ended."),
            new("exists", Shape.Truth, "Whether there is such a rule."),
            new("was_firing", Shape.Truth, "Whether it fired already before anything was driven; then nothing is driven."),
            new("pending", Shape.Truth, "Whether it was seen waiting (for) before it fired."),
            new("fired", Shape.Truth, "Whether it fired in time."),
            new("time_to_fire", Shape.Duration, "From driving until it fired."),
            new("routed", Shape.Truth, "Under \"router\": whether the alertmanager got it."),
            new("delivered", Shape.Truth, "Under \"sink\": whether it arrived."),
            new("time_to_page", Shape.Duration, "From driving until it arrived."),
            new("resolved", Shape.Truth, "Whether it ended once all was as before, and its end arrived too under \"sink\"."),
            new("time_to_resolve", Shape.Duration, "From driving back until then."),
            new("query", Shape.Text, "The rule's expression."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("complete", true)),
        Population = "alerts driven",
        Deadline = TimeSpan.FromMinutes(6),
        Pitfalls =
        [
            "A rule over a series that nobody exports is healthy and never fires; here it does not fire, and the check fails.",
            "It drives a real system where it is asked. Give it a staging environment, or a series of its own that takes the same rule.",
            "wait must be longer than the rule's for, the scrape, the evaluation and the router's grouping together.",
            "Without router and sink only the rule is proven, not that anybody hears of it.",
            "In a sink messages are told by the alert's name: one that is paged for another reason meanwhile would count.",
        ],
        Example = "check: { alert.fire: { target: metrics, alert: ApiErrors, drive: faults, on: /errors/on, off: /errors/off, router: router, sink: inbox }, expect: { time_to_page: at most 5m } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, AlertFireProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var sick = Server(fires: false);
        await using var well = Server(fires: true);
        Task<Witnessed> Look(LoopbackSite site) => Stage.Look(Declaration, Value.Of(("target", site.Address.AbsoluteUri), ("alert", "Errors"), ("drive", Value.Of(("address", site.Address.AbsoluteUri))), ("on", "/on"), ("off", "/off"), ("wait", 1)),
            cancel, Stage.Is("fired", true, Shape.Truth));
        return new("alert.fire", "a rule that does not fire though its threshold is passed, beside one that does", await Look(sick), await Look(well));
    }

    static LoopbackSite Server(bool fires)
    {
        var on = false;
        static SiteResponse Data(string json) => SiteResponse.Json(200, $$"""{ "status": "success", "data": {{json}} }""");
        SiteResponse Drive(bool to)
        {
            Volatile.Write(ref on, to);
            return new(200);
        }

        return LoopbackSite.Start()
            .Route("/api/v1/status/runtimeinfo", _ => Data("""{ "startTime": "2026-03-01T09:00:00Z" }"""))
            .Route("/api/v1/rules", _ => Data("""{ "groups": [ { "rules": [ { "type": "alerting", "name": "Errors", "query": "errors > 1", "health": "ok" } ] } ] }"""))
            .Route("/api/v1/alerts", _ => Data(fires && Volatile.Read(ref on) ? """{ "alerts": [ { "labels": { "alertname": "Errors" }, "state": "firing" } ] }""" : """{ "alerts": [] }"""))
            .Route("/on", _ => Drive(true)).Route("/off", _ => Drive(false));
    }
}
