using Muster.Readiness;

namespace Muster.Probes;

static class DrainHttpKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "drain.http",
        Says = "Tells an instance to end while requests come at a constant rate and some are open, and sees whether any fails, in which order it goes, and how long that takes.",
        Target = TargetShape.Url,
        Hazard = Hazard.Destructive,
        Alone = true,
        Parameters =
        [
            new("path", Shape.Text, "The path of a request that is answered soon.") { Default = "/" },
            new("slow", Shape.Text, "The path of a request that takes a while, so that some are open when it is told to end.") { Required = true },
            new("rate", Shape.Number, "Requests a second, half of them on connections that are kept.") { Default = 50 },
            new("open", Shape.Number, "How many of the slow ones are open at a time.") { Default = 4 },
            new("before", Shape.Duration, "How long the load runs before.") { Default = 1 },
            new("notice", Shape.Duration, "Where the target is the instance itself: how soon whoever sends it traffic learns that it is not ready, and sends no more.") { Default = 1 },
            new("patience", Shape.Duration, "How long one answer may take.") { Default = 10 },
            .. DrainStop.Parameters,
        ],
        Fields =
        [
            new("complete", Shape.Truth, "No request failed, the order was kept, and it was back in time under start."),
            new("requests", Shape.Number, "How many were sent."),
            new("failed", Shape.Number, "How many of them failed."),
            new("errors", Shape.Map, "How they failed, counted: refused, reset (no answer came), closed, kept_closed (on a connection that had been kept), cut (in the middle of an answer), timeout, status_503."),
            new("in_flight", Shape.Number, "How many were open at the instance when it was told to end."),
            new("finished", Shape.Number, "How many of those were answered in full."),
            new("last_answer", Shape.Duration, "From the signal until the last of those was answered."),
            new("unsent", Shape.Number, "Requests for which there was no place, since too many waited for an answer."),
            .. DrainStop.Fields,
            Bounded.Cut,
        ],
        Holds = Value.Of(("complete", true)),
        Population = "requests",
        Deadline = TimeSpan.FromMinutes(3),
        Pitfalls =
        [
            "A drain with nothing open shows nothing: without a slow request under way at the instance the look is unproven.",
            "Most clients send a request again when a kept connection breaks, and hide it. Here it is sent once, and counted.",
            "With the instance itself as the target the load behaves as a balancer does: once readiness has turned, and the notice is over, it sends nothing more. Whatever it sent before must be answered.",
            "Behind a balancer name the instance: then nothing may fail at the target at any time, since another instance is there.",
            "An answer of 503 while it drains is a failure: whoever asked got nothing.",
        ],
        Example = "check: { drain.http: { target: edge, instance: replica, served_by: X-Instance, path: /version, slow: \"/report?days=30\", stop: { signal: TERM, pid_file: run/api.pid }, start: [ systemctl, start, api ] }, expect: { failed: 0, orderly: true, exit: at most 30s } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, DrainHttpProbe.Look, Prove) { Prepare = DrainHttpProbe.Prepare };

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        async Task<Witnessed> Look(bool drains)
        {
            await using var instance = await FakeInstance.Start(drains, cancel);
            return await Stage.Look(Declaration, Value.Of(("target", instance.Address), ("slow", "/slow"), ("stop", Value.Of(("signal", "TERM"), ("pid_file", instance.PidFile))), ("before", 0.2), ("notice", 0.1), ("within", 3)), cancel,
                Stage.Is("failed", 0, Shape.Number), Stage.Is("orderly", true, Shape.Truth));
        }

        return new("drain.http", "an instance that cuts its connections off when it is told to end, beside one that lets them finish", await Look(drains: false), await Look(drains: true));
    }
}
