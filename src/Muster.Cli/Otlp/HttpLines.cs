using System.Globalization;
using System.Text;
using Muster.Probes;

namespace Muster.Cli.Otlp;

/// <summary>What <see href="https://opentelemetry.io/docs/specs/otlp/#otlphttp"/> asks of a receiver, seen from outside. Bad data is sent on purpose; good data is one item each.</summary>
sealed class HttpLines(OtlpPeer to, Signal signal, int limit)
{
    const string Protobuf = OtlpPeer.Protobuf, Json = OtlpPeer.Json;
    static readonly byte[] NoProtobuf = [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x01];
    static readonly byte[] NoJson = "{\"resource"u8.ToArray();
    static readonly int[] Retryable = [429, 502, 503, 504];
    readonly List<ConformLine> _lines = [];
    bool _takes, _takesGzip;

    public async Task<IReadOnlyList<ConformLine>> Run()
    {
        var good = await to.Post(signal, signal.Protobuf(to.Now), Protobuf);
        _takes = good is CallResult.Answered { Status: 200 };
        Success("http.protobuf", good, "a request in protobuf is answered with 200");
        SameType("http.protobuf.content_type", good, Protobuf);
        Unset("http.protobuf.partial_success", good, json: false);
        var gzip = await to.Post(signal, OtlpPeer.Gzip(signal.Protobuf(to.Now)), Protobuf, "gzip");
        _takesGzip = gzip is CallResult.Answered { Status: 200 };
        Success("http.gzip", gzip, "a request that is compressed with gzip is taken");
        Success("http.empty", await to.Post(signal, [], Protobuf), "an empty request is a success", Level.Should);
        Success("http.unknown_field", await to.Post(signal, signal.Protobuf(to.Now, unknown: true), Protobuf), "fields of later versions are passed over");
        await JsonLines();
        await BadData("http.bad_protobuf", "bytes that are no protobuf", NoProtobuf, Protobuf, null);
        await BadData("http.bad_json", "bytes that are no JSON", NoJson, Json, null);
        await BadData("http.bad_gzip", "bytes that are no gzip", [1, 2, 3, 4], Protobuf, "gzip");
        await Limit();
        await Partial();
        await Manners();
        return _lines;
    }

    async Task JsonLines()
    {
        var json = await to.Post(signal, signal.Json(to.Now), Json);
        Success("http.json", json, "a request in JSON is taken on the same port", Level.Should);
        if (json is CallResult.Answered { Status: 415 })
        {
            foreach (var id in (string[])["content_type", "partial_success", "empty", "unknown_field", "numbers", "hex"]) Add($"http.json.{id}", Level.Must, "of JSON", new Judged.NotApplicable("JSON is not taken: 415"));
            return;
        }

        SameType("http.json.content_type", json, Json);
        Unset("http.json.partial_success", json, json: true);
        Success("http.json.gzip", await to.Post(signal, OtlpPeer.Gzip(signal.Json(to.Now)), Json, "gzip"), "JSON that is compressed with gzip is taken");
        Success("http.json.empty", await to.Post(signal, "{}"u8.ToArray(), Json), "an empty request is a success", Level.Should);
        Success("http.json.unknown_field", await to.Post(signal, signal.Json(to.Now, unknown: true), Json), "members with unknown names are passed over");
        Success("http.json.numbers", await to.Post(signal, signal.Json(to.Now, quoted: false), Json), "64-bit integers are taken as numbers, not only as texts");
        Success("http.json.charset", await to.Post(signal, signal.Json(to.Now), Json + "; charset=utf-8"), "a Content-Type may have parameters", Level.Should);
        if (signal != Signal.Metrics) Success("http.json.hex", await to.Post(signal, signal.Json(to.Now, upper: true), Json), "identities are hexadecimal in either case");
    }

    async Task BadData(string id, string what, byte[] body, string type, string? encoding)
    {
        var result = await to.Post(signal, body, type, encoding);
        Add(id, Level.Must, $"{what} are answered with 400", Seen(result, answered => Judged.That(answered.Status == 400, $"it answered {Status(answered)}")));
        Add(id + ".retry", Level.Should, $"{what} are answered with a code that nobody retries", Seen(result, answered => Judged.That(!Retryable.Contains(answered.Status), $"{Status(answered)} is retried, and will never be taken")));
        Error(id, result, type == Json);
        Add(id + ".bad_request", Level.Should, "the status' details have a BadRequest", Seen(result, answered =>
            Answers.Status(answered, type == Json) is { } status ? Judged.That(status.HasBadRequest, "there is none") : new Judged.NotApplicable("the body is no google.rpc.Status")));
    }

    /// <summary>What every 4xx and 5xx must have.</summary>
    void Error(string id, CallResult result, bool json)
    {
        var type = json ? Json : Protobuf;
        Add(id + ".status", Level.Must, "the body of an error is a google.rpc.Status", Failing(result, answered => Judged.That(Answers.Status(answered, json) is not null && IsType(answered, type), $"it is {Body(answered)}")));
        Add(id + ".message", Level.Should, "the status has a message", Failing(result, answered =>
            Answers.Status(answered, json) is { } status ? Judged.That(status.Message.Length > 0, "it is empty") : new Judged.NotApplicable("the body is no google.rpc.Status")));
    }

    async Task Limit()
    {
        if (!_takesGzip)
        {
            // That a large one is refused says nothing where a small one is too.
            foreach (var (id, level) in ((string, Level)[])[("http.limit", Level.Must), ("http.limit.413", Level.Should), ("http.limit.status", Level.Must), ("http.limit.message", Level.Should)])
                Add(id, level, "the size of a request is limited after decompression", new Judged.NotApplicable("no request that is compressed is taken"));
            return;
        }

        var large = OtlpPeer.Gzip(signal.Protobuf(to.Now, padding: limit + 1));
        var result = await to.Post(signal, large, Protobuf, "gzip");
        var size = limit.ToString("N0", CultureInfo.InvariantCulture);
        // A connection that is cut is a limit too, though no polite one.
        Add("http.limit", Level.Must, "the size of a request is limited after decompression", result is CallResult.Answered { Status: < 400 } ? new Judged.Failed($"it took {size} bytes from a body of {large.Length.ToString("N0", CultureInfo.InvariantCulture)}; if its limit is larger, say so with --limit") : Judged.Pass);
        Add("http.limit.413", Level.Should, "a request over the limit is answered with 413", Seen(result, answered => answered.Status < 400 ? new Judged.NotApplicable("it was taken") : Judged.That(answered.Status == 413, $"it answered {Status(answered)}")));
        Error("http.limit", result, json: false);
    }

    async Task Partial()
    {
        if (signal.PartlyBad(to.Now) is not { } body) return;
        var result = await to.Post(signal, body, Protobuf);
        const string says = "a request that is taken in part is answered with 200 and the exact count of what was rejected";
        Add("http.partial", Level.Must, says, Seen(result, answered => answered.Status switch
        {
            400 => new Judged.NotApplicable("it rejects the whole request for one bad item"),
            200 => Answers.Partial(answered) is { } partial ? Judged.That(partial.Rejected is 1, $"one of two is bad, and it says {partial.Rejected.ToString(CultureInfo.InvariantCulture)}") : new Judged.NotApplicable("it takes an identity of three bytes"),
            _ => new Judged.Failed($"it answered {Status(answered)}"),
        }));
        Add("http.partial.message", Level.Should, "a partial success has a message", Seen(result, answered =>
            answered.Status == 200 && Answers.Partial(answered) is { } partial ? Judged.That(partial.Message.Length > 0, "it is empty") : new Judged.NotApplicable("there was no partial success")));
    }

    async Task Manners()
    {
        var type = await to.Post(signal, Encoding.UTF8.GetBytes("a=b"), "text/plain");
        Add("http.unsupported_type", Level.Must, "a type that is not taken is an error", !_takes ? new Judged.NotApplicable("no type is taken") : Seen(type, answered => Judged.That(answered.Status is >= 400 and < 500, $"it answered {Status(answered)}")));
        Add("http.unsupported_type.415", Level.Should, "a type that is not taken is answered with 415 (RFC 9110)", !_takes ? new Judged.NotApplicable("no type is taken") : Seen(type, answered => Judged.That(answered.Status == 415, $"it answered {Status(answered)}")));
        var method = await to.Get(signal);
        Add("http.method.405", Level.Should, "another method than POST is answered with 405 (RFC 9110)", Seen(method, answered => Judged.That(answered.Status == 405, $"it answered {Status(answered)}")));
        var path = await to.Post("/v1/no-such-signal", [], Protobuf);
        Add("http.path.404", Level.Should, "a path that is none is answered with 404 (RFC 9110)", Seen(path, answered => Judged.That(answered.Status == 404, $"it answered {Status(answered)}")));
    }

    void Success(string id, CallResult result, string says, Level level = Level.Must) => Add(id, level, says, Seen(result, answered => Judged.That(answered.Status == 200, $"it answered {Status(answered)}")));

    void SameType(string id, CallResult result, string type) =>
        Add(id, Level.Must, "the answer's Content-Type is the request's", Seen(result, answered => Judged.That(IsType(answered, type), $"it is {(answered.Header("content-type") is { Length: > 0 } other ? other : "absent")}")));

    void Unset(string id, CallResult result, bool json) => Add(id, Level.Must, "the body is the signal's response message, with partial_success unset", Seen(result, answered =>
        answered.Status != 200 ? new Judged.NotApplicable("there was no success") : Answers.HasPartialSuccess(answered, json) switch
        {
            null => new Judged.Failed($"the body is no such message: {Body(answered)}"),
            true => new Judged.Failed("partial_success is set though all was taken"),
            false => Judged.Pass,
        }));

    static Judged Seen(CallResult result, Func<CallResult.Answered, Judged> judge) => result is CallResult.Answered answered ? judge(answered) : new Judged.Failed($"no answer: {((CallResult.NoAnswer)result).Because}");

    static Judged Failing(CallResult result, Func<CallResult.Answered, Judged> judge) => result switch
    {
        CallResult.Answered { Status: < 400 } => new Judged.NotApplicable("it was no error"),
        CallResult.NoAnswer => new Judged.NotApplicable("there was no answer"),
        _ => Seen(result, judge),
    };

    static bool IsType(CallResult.Answered answered, string type) => answered.Header("content-type").Split(';')[0].Trim().Equals(type, StringComparison.OrdinalIgnoreCase);

    static string Status(CallResult.Answered answered) => answered.Status.ToString(CultureInfo.InvariantCulture);

    static string Body(CallResult.Answered answered) => string.Create(CultureInfo.InvariantCulture, $"{answered.Body.Length} bytes of {(answered.Header("content-type") is { Length: > 0 } type ? type : "no type")}");

    void Add(string id, Level level, string says, Judged judged) => _lines.Add(new(id, signal.Name, level, says, judged));
}
