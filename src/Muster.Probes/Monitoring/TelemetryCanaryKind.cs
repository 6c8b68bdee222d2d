using Muster.Readiness;

namespace Muster.Probes;

static class TelemetryCanaryKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "telemetry.canary",
        Says = "Sends something of its own in on one path and reads it back on another: a log line, a metric, a trace; and shows how long that took, and whether a secret that was sent with it came out.",
        Target = TargetShape.Url,
        Hazard = Hazard.Active,
        Parameters =
        [
            new("path", Shape.Text, "Where beneath the target it is sent.") { Default = "/" },
            new("method", Shape.Text, "How it is sent.") { Default = "POST", OneOf = ["POST", "PUT", "GET"] },
            new("json", Shape.Any, "What is sent, as JSON."),
            new("body", Shape.Text, "What is sent, as text, in place of \"json\"."),
            new("find", Shape.Text, "The words by which it is found again; they must be new in each run: \"$(nonce)\" or something with it, which must stand in what is sent too.") { Required = true },
            new("secret", Shape.Text, "A text that is worth nothing and looks like a secret, as \"shopkey-$(nonce)\"; it must stand in what is sent, and must not come out."),
            new("sink", Shape.Text, "The target where it comes out: the URL of a store, or the path of a file that lines are added to.") { Required = true, NamesTarget = true },
            new("ask", Shape.Text, "Of a store: the path and query that find it, beneath the sink's URL.") { Default = "/" },
            new("read", Shape.Text, "Of a store: a JSON Pointer to the list of records within its answer; else the answer is one record."),
            new("wait", Shape.Duration, "How long it may take to come out.") { Default = 60 },
            .. HttpApi.Connection,
        ],
        Fields =
        [
            new("round_trip", Shape.Truth, "It was taken, it came out, and where a secret was sent with it, without that."),
            new("accepted", Shape.Truth, "Whether it was taken: a status from 200 to 299. Of a GET, whether there was an answer."),
            new("status", Shape.Number, "The status with which it was taken."),
            new("found", Shape.Truth, "Whether it came out."),
            new("lag", Shape.Duration, "From the answer to it until it was found; not observed when it never was."),
            new("records", Shape.Number, "How many records bear the words."),
            new("redacted", Shape.Truth, "Where a secret was sent: it is nowhere in what came out, as it is or in base64. Not observed when nothing came out."),
            new("record", Shape.Any, "The first record: the members of a JSON object, or the text."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("round_trip", true)),
        Population = "canaries",
        Deadline = TimeSpan.FromMinutes(2),
        Pitfalls =
        [
            "A ready page of a store says nothing of the way there: a record must come out of it.",
            "Stores that repeat the question in their answer would find anything. The sink is asked before something is sent, and a sink that knows the words already makes the look unproven.",
            "A secret can be hidden in ways that no search for it sees: cut in half, encrypted, in another store. One that is found is a fail; one that is not is as good as the sink that was read.",
            "Sampling drops traces on purpose: send one that is marked as sampled.",
            "Of a file, what was added since the question began is read, and a file that began anew from its beginning.",
        ],
        Example = "check: { telemetry.canary: { target: edge, method: GET, path: \"/?canary=$(nonce)\", find: $(nonce), sink: access_log }, expect: { round_trip: true, lag: under 10s } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, TelemetryCanaryProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        return new("telemetry.canary", "a store that takes a line and drops it, beside one that keeps it", await Look(keeps: false), await Look(keeps: true));

        async Task<Witnessed> Look(bool keeps)
        {
            var kept = "";
            await using var site = LoopbackSite.Start();
            site.Route("/in", request =>
            {
                if (keeps) kept = request.Body;
                return new(204);
            }).Route("/out", _ => SiteResponse.Json(200, $"[{kept}]"));
            return await Stage.Look(Declaration, Value.Of(("target", site.Address.AbsoluteUri), ("path", "/in"), ("json", Value.Of(("line", "$(nonce)"))), ("find", "$(nonce)"), ("sink", site.Address.AbsoluteUri), ("ask", "/out"), ("read", ""), ("wait", 0.3)), cancel, Stage.Is("found", true, Shape.Truth));
        }
    }
}
