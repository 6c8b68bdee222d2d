using Muster.Readiness;

namespace Muster.Probes;

static class BrokerRequestKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "broker.request",
        Says = "Sends one request over NATS and shows what is answered, or that nobody is there to answer.",
        Target = TargetShape.Url,
        Hazard = Hazard.Active,
        Parameters =
        [
            new("subject", Shape.Text, "The subject of the request.") { Required = true },
            new("headers", Shape.Map, "Its headers, as tenant and routing; those of the target are sent too."),
            new("json", Shape.Any, "The payload as JSON."),
            new("body", Shape.Text, "The payload, sent as it is."),
            new("read", Shape.Text, "A JSON Pointer into the answer, with \"*\" for every element; what is there becomes the field value."),
            .. NatsLink.Connection,
        ],
        Fields =
        [
            new("answered", Shape.Truth, "Somebody answered. False when the server knows of nobody who listens, or does not pass the request on."),
            new("no_responders", Shape.Truth, "Nobody listens to the subject."),
            new("refused", Shape.Text, "Why the server does not pass the request on, in its words; empty when it does."),
            new("headers", Shape.Map, "The answer's headers, as they are written."),
            new("body", Shape.Text, "The answer, if it is UTF-8."),
            new("json", Shape.Any, "The answer, if it is JSON."),
            new("value", Shape.Any, "What \"read\" points to."),
            new("size", Shape.Size, "The size of the answer."),
            new("duration", Shape.Duration, "From the request to the answer."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("answered", true)),
        Population = "requests",
        Pitfalls =
        [
            "Silence is no answer: who listens and says nothing by the deadline leaves this unproven. A service that must refuse should say so.",
            "\"Gives nothing\" holds for a service that is broken too: show beside it that the same request with the right tenant gets something.",
            "Whether a command that was refused left something behind is a request of its own: ask for it afterwards.",
            "Only the first answer is seen; where several services listen without a queue group, another one's may be lost.",
            "The request is really made. Use one that may be made again and again, with $(nonce) where something would be written.",
        ],
        Example = "check: { broker.request: bus, subject: store.read, headers: { Tenant: other }, json: { id: basket-1 }, expect: { /error: forbidden } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, Look, Prove);

    static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var subject = given.Text("subject") ?? throw Given.Wrong("subject", "is missing");
        if (subject.AsSpan().ContainsAny('*', '>')) throw Given.Wrong("subject", "has a wildcard; a request goes to one subject");
        if (given["json"] is not null && given["body"] is not null) throw Given.Wrong("body", "stands beside \"json\"; a request has one payload");
        var payload = given["json"] is { } json ? CanonicalJson.Bytes(json) : System.Text.Encoding.UTF8.GetBytes(given.Text("body") ?? "");
        await using var link = await NatsLink.Open(given, context, cancel);
        var began = context.Clock.GetTimestamp();
        var answer = await link.Request(subject, given.Pairs("headers"), payload, cancel);
        var duration = HttpProbe.Seconds(context.Clock.GetElapsedTime(began));
        await using var again = await NatsLink.Open(given, context, cancel);
        return new() { Observation = Seen(answer, given.Text("read")).With("duration", duration), Population = 1, Before = link.Identity, After = again.Identity };
    }

    static Value.Fields Seen(NatsFrame answer, string? read)
    {
        var refused = answer.Operation == "-ERR" ? NatsLink.Said(answer) : "";
        var nobody = answer is { IsMessage: true, Status: "503", Payload.Length: 0 };
        var seen = Value.Of(("answered", refused.Length == 0 && !nobody), ("no_responders", nobody), ("refused", refused));
        if (refused.Length > 0 || nobody) return seen;
        var json = Brokers.Json(answer.Payload);
        return seen.With(("headers", answer.Headers), ("size", answer.Payload.Length), ("body", HttpProbe.Text(answer.Payload)), ("json", json),
            ("value", json is not null && read is not null ? JsonPointer.Find(json, read) : null));
    }

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var server = FakeNats.Start(answers: "store.read");
        return new("broker.request", "a subject to which nobody listens, beside one that is answered", await Look("store.write"), await Look("store.read"));

        Task<Witnessed> Look(string subject) => Stage.Look(Declaration, Value.Of(("target", server.Address), ("subject", subject)), cancel, Stage.Is("answered", true, Shape.Truth));
    }
}
