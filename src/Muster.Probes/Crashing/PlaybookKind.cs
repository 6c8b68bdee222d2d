using Muster.Readiness;

namespace Muster.Probes;

static class PlaybookKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "playbook",
        Says = "Goes through the steps of a playbook in order, takes named metrics down before and after each, and sees that each step does what it is for.",
        Target = TargetShape.Url,
        Hazard = Hazard.Active,
        Alone = true,
        Parameters =
        [
            new("play", Shape.List, "The steps in order, each { name: … } with one action or none: a request ({ post: /limits, json: … }, with status, read and is for its answer), or { pull: a lever's name }; record: names of what is taken down, all of \"watch\" unless said; lowers, raises: names that must fall or rise by it; becomes: { name: value }; within: 10s; always: true for what puts things back.") { Required = true },
            new("watch", Shape.Map, "The metrics by names of one's own: { in_flight: requests_in_flight, timeouts: \"requests_failed_total{reason=\\\"timeout\\\"}\" }.") { Required = true },
            new("metrics", Shape.Text, "The path of the metrics, in the text format of Prometheus.") { Default = "/metrics" },
            new("levers", Shape.Map, "Commands and signals by name, for steps that pull one: { restart: [ systemctl, restart, api ] }; needs consent to destructive checks.") { Hazard = Hazard.Destructive },
            new("incident", Shape.Text, "What it is gone through for: the incident's own id."),
            new("operator", Shape.Text, "Who goes through it; whoever runs muster unless said."),
            .. HttpApi.Connection,
        ],
        Fields =
        [
            new("complete", Shape.Truth, "Every step was done in order, and did what it is for."),
            new("steps", Shape.List, "In order, each with name, by, began, took, action, before and after (the metrics by name), status, and outcome: recorded, done, failed or not reached, with the reason."),
            new("names", Shape.List, "The names of the steps that were done, in the order in which they were."),
            new("failed_step", Shape.Text, "The one that failed."),
            new("because", Shape.Text, "Why."),
            new("recorded", Shape.Number, "How many figures were taken down."),
            new("operator", Shape.Text, "Who went through it."),
            new("incident", Shape.Text, "What for."),
            new("duration", Shape.Duration, "From the first step to the last."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("complete", true)),
        Population = "steps",
        Deadline = TimeSpan.FromMinutes(10),
        Pitfalls =
        [
            "A metric that is not exported cannot be taken down: the check is unproven, and names it.",
            "What is already so shows nothing: a step that should lower what is 0, or set what is set, leaves the check unproven. Rehearse it beside load (during), and put things back at the end (always).",
            "Metrics are looked at until the step did what it is for, three times in a row for what should fall or rise, or \"within\" is over; a counter that rises all the time rises by no merit of the step.",
            "A step that somebody has to think about is no step of this kind; let a person's drill record it.",
        ],
        Example = "check: { playbook: api, watch: { in_flight: http_requests_in_flight }, play: [ { name: take down }, { name: bound queries, post: /limits, json: { query: 100 }, lowers: [ in_flight ] } ] }",
    };

    public static readonly ProbeKind Entry = new(Declaration, static (asked, context, cancel) => PlaybookProbe.Read(asked, context).Look(cancel), Prove) { Prepare = PlaybookProbe.Read };

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        async Task<Witnessed> Look(bool helps)
        {
            var inFlight = 12;
            await using var site = LoopbackSite.Start();
            site.Route("/metrics", _ => new(200, $"requests_in_flight {Volatile.Read(ref inFlight)}\n")).Route("/limits", _ =>
            {
                if (helps) Volatile.Write(ref inFlight, 2);
                return new(200);
            });
            return await Stage.Look(Declaration, Value.Of(("target", site.Address.AbsoluteUri), ("watch", Value.Of(("in_flight", "requests_in_flight"))),
                ("play", Value.List([Value.Of(("name", "take down")), Value.Of(("name", "bound queries"), ("post", "/limits"), ("lowers", Value.Texts(["in_flight"])), ("within", 0.5))]))), cancel, Stage.Is("complete", true, Shape.Truth));
        }

        return new("playbook", "a step that does not lower what it is for, beside one that does", await Look(helps: false), await Look(helps: true));
    }
}
