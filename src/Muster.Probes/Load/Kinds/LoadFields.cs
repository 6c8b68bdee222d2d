using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>What the load kinds share: their parameters, which are the form of a load plan, and the fields of what they see.</summary>
static class LoadFields
{
    /// <summary>Keys of a single scenario that may stand beside the target without <c>scenarios</c>.</summary>
    public static readonly ImmutableArray<string> Single =
        ["rate", "vus", "duration", "iterations", "iterations_per_vu", "max_duration", "stages", "steps", "start", "warm_up", "graceful_stop", "max_vus", "think", "data", "cookies", "tags", "requests",
         "get", "head", "post", "put", "patch", "delete", "headers", "json", "form", "body", "check", "timeout", "follow"];

    public static readonly ImmutableArray<string> Whole = ["scenarios", "thresholds", "http", "threads", "exact", "stop_at_failures", "memory", "identity"];

    public static readonly ImmutableArray<Parameter> Parameters =
    [
        new("scenarios", Shape.Map, "Named scenarios, each with a model and its requests; see docs/load.md."),
        new("plan", Shape.Text, "A scenario file beside the document, in place of what stands here; its target is the check's."),
        new("thresholds", Shape.Map, "Metrics to what must hold of them: { http_req_duration: [ p(95)<200 ] }, times in milliseconds. Where none is about failures, http_req_failed: rate<0.01 is added."),
        new("rate", Shape.Text, "Of a single scenario: iterations begun a second, as 200/s."),
        new("vus", Shape.Text, "Users at once, each beginning again when it has ended."),
        new("duration", Shape.Text, "How long, as 5m."),
        new("iterations", Shape.Text, "So many in all, shared by the users."),
        new("iterations_per_vu", Shape.Text, "So many for each user."),
        new("max_duration", Shape.Text, "How long iterations may take in all; 10m unless said."),
        new("stages", Shape.List, "Changes of rate or users over time."),
        new("steps", Shape.Map, "A rate that goes up until it does not hold: { from: 100/s, by: 100/s, to: 2000/s, each: 10s, peak: 700/s }."),
        new("start", Shape.Text, "When it begins, after the run's start."),
        new("warm_up", Shape.Text, "The beginning that counts for nothing."),
        new("graceful_stop", Shape.Text, "How long what is under way may still take at the end."),
        new("max_vus", Shape.Text, "The most users at once under a rate."),
        new("think", Shape.Text, "The pause after each iteration of a user, as 1s..3s."),
        new("get", Shape.Text, "Of a single request: the path to GET."),
        new("head", Shape.Text, "The path to ask for its HEAD."),
        new("post", Shape.Text, "The path to POST to."),
        new("put", Shape.Text, "The path to PUT to."),
        new("patch", Shape.Text, "The path to PATCH."),
        new("delete", Shape.Text, "The path to DELETE."),
        new("headers", Shape.Map, "Its headers; the target's are sent too."),
        new("json", Shape.Any, "Its body as JSON."),
        new("form", Shape.Map, "Its body as fields of a form."),
        new("body", Shape.Text, "Its body as it stands."),
        new("timeout", Shape.Text, "How long one request may take; 60s unless said."),
        new("follow", Shape.Text, "How many redirects are followed, within the target only; none unless said."),
        new("requests", Shape.List, "The requests of one iteration, in order."),
        new("check", Shape.Map, "What must hold of each answer."),
        new("cookies", Shape.Truth, "Whether each user keeps the cookies that it is given."),
        new("tags", Shape.Map, "Tags that thresholds select by."),
        new("data", Shape.Map, "Files of rows that requests draw from."),
        new("http", Shape.Map, "Version, reuse of connections, TLS resumption, compression."),
        new("threads", Shape.Text, "Threads of the engine."),
        new("exact", Shape.Truth, "Thresholds as k6 reads them: an estimate decides. For imported plans.") { Default = false },
        new("stop_at_failures", Shape.Text, "Ends the run when so many of the last requests failed, as 50%."),
        new("memory", Shape.Map, "Where the target's memory is read: { path: /metrics, metric: process_resident_memory_bytes }."),
        new("identity", Shape.Map, "What the target is asked before and after, to say who it is: { path: /version, read: /digest }."),
    ];

    static readonly ImmutableArray<Field> Percentiles =
    [
        new("min", Shape.Duration, "The least."), new("mean", Shape.Duration, "The mean."), new("p50", Shape.Duration, "Observed from 20 samples on."), new("p90", Shape.Duration, "From 100 on."), new("p95", Shape.Duration, "From 200 on."),
        new("p99", Shape.Duration, "From 1,000 on."), new("p99_9", Shape.Duration, "From 10,000 on."), new("max", Shape.Duration, "The greatest."),
    ];

    static readonly ImmutableArray<Field> OfRequests =
    [
        new("requests", Shape.Number, "How many ended and count."), new("requests_per_second", Shape.Rate, "Their rate."), new("failed", Shape.Number, "Those without the answer that was asked for."),
        new("failed_rate", Shape.Percentage, "Their share."), new("latency", Shape.Map, "From the intended start.") { Of = Percentiles },
    ];

    public static readonly ImmutableArray<Field> Seen =
    [
        new("met", Shape.Truth, "Whether every threshold holds. Not observed while one of them is unproven."),
        .. OfRequests,
        new("service", Shape.Map, "Latency from the first byte sent: what a client sees that waits for each answer before it goes on.") { Of = Percentiles },
        new("histogram", Shape.List, "The latencies as pairs of an upper bound in milliseconds and how many were under it and over the one before; bounds are 1/32 apart."),
        new("failures", Shape.Map, "Failures by kind."),
        new("statuses", Shape.Map, "Answers by status."),
        new("scenarios", Shape.List, "Each scenario and request by itself.") { Of = [new("scenario", Shape.Text, "Its name."), new("request", Shape.Text, "The request's name."), .. OfRequests] },
        new("thresholds", Shape.List, "Each threshold, with what was seen.")
        {
            Of =
            [
                new("threshold", Shape.Text, "Metric and expression."), new("state", Shape.Text, "met, failed or unproven."), new("observed", Shape.Number, "The estimate, in milliseconds or as a ratio."),
                new("bound", Shape.Number, "The one-sided 95 % bound of a rate."), new("samples", Shape.Number, "How many samples stand behind it."),
            ],
        },
        new("duration", Shape.Duration, "How long was measured, warm-up left out."),
        new("users", Shape.Number, "The most users at once."),
        new("queued", Shape.Number, "Iterations that were due while every user was busy; their waiting is in the latency."),
        new("lateness", Shape.Duration, "How late the generator itself was, 99th percentile."),
        new("memory_growth", Shape.Percentage, "How much the target's memory would grow in an hour, beside its level."),
        new("says", Shape.Any, "What the target said of itself, before and after alike."),
        new("engine", Shape.Map, "What measured: engine, protocol, machine.")
        {
            Of = [new("wire", Shape.Text, "Which engine ran."), new("protocol", Shape.Text, "What was spoken."), new("machine", Shape.Map, "The generator's machine.")],
        },
        Bounded.Cut,
    ];

    public static readonly ImmutableArray<string> Pitfalls =
    [
        "Users that wait for each answer slow down with the target and hide its stalls; a rate does not. Latency is from the intended start: what a stalled target did to requests that could not even be sent is in it.",
        "A percentile needs ten samples beyond it: p99 is not observed from fewer than 1,000 requests. A rate of errors is met when its 95 % bound is under the limit: rate<0.001 needs about 3,000 requests without any.",
        "If the generator was late, stood still, ran out of handles or ports, nothing it measured counts, and the check is unproven.",
        "A target that fails everything is quick: where no threshold is about http_req_failed, rate<0.01 is added, which needs about 300 requests without a failure.",
        "Load changes what it looks at: the environment must consent to active checks, and only one load runs at a time.",
    ];
}
