using System.Globalization;

namespace Muster.Cli.Otlp;

/// <summary>What <see href="https://opentelemetry.io/docs/specs/otlp/#otlpgrpc"/> asks of a receiver, over HTTP/2 without TLS or with it.</summary>
sealed class GrpcLines(OtlpPeer to, Signal signal, int limit)
{
    const int Ok = 0, InvalidArgument = 3, ResourceExhausted = 8, Unimplemented = 12;
    static readonly byte[] NoProtobuf = [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x01];

    /// <summary>Those that a client sends again: CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS.</summary>
    static readonly int[] Retryable = [1, 4, 10, 11, 14, 15];

    readonly List<ConformLine> _lines = [];

    public async Task<IReadOnlyList<ConformLine>> Run()
    {
        var good = await to.Call(signal.Method, signal.Protobuf(to.Now));
        Success("grpc.export", good, "an export is a success");
        Add("grpc.partial_success", Level.Must, "the answer is the signal's response message, with partial_success unset", good.Status != Ok ? new Judged.NotApplicable("there was no success")
            : good.Message is null || ProtoReader.Read(good.Message) is not { } fields ? new Judged.Failed("there is no message")
            : Judged.That(fields.All(field => field.Number != 1), "partial_success is set though all was taken"));
        var gzip = await to.Call(signal.Method, signal.Protobuf(to.Now), "gzip");
        Success("grpc.gzip", gzip, "a message that is compressed with gzip is taken");
        Success("grpc.empty", await to.Call(signal.Method, []), "an empty request is a success", Level.Should);
        Success("grpc.unknown_field", await to.Call(signal.Method, signal.Protobuf(to.Now, unknown: true)), "fields of later versions are passed over");
        var bad = await to.Call(signal.Method, NoProtobuf);
        Add("grpc.bad_protobuf", Level.Must, "bytes that are no protobuf are an error that nobody retries", bad.Status is not { } status ? new Judged.Failed(bad.Trouble) : Judged.That(status != Ok && !Retryable.Contains(status), $"it answered {bad.Shown}"));
        Add("grpc.bad_protobuf.code", Level.Should, "bytes that are no protobuf are INVALID_ARGUMENT", Is(bad, InvalidArgument));
        var service = signal.Method[..signal.Method.LastIndexOf('/')];
        Add("grpc.unknown_method", Level.Must, "a method that is none is UNIMPLEMENTED (gRPC)", Is(await to.Call(service + "/NoSuchMethod", []), Unimplemented));
        var encoding = await to.Call(signal.Method, signal.Protobuf(to.Now), "muster-none", compress: false);
        Add("grpc.unknown_encoding", Level.Must, "a compression that is not known is UNIMPLEMENTED (gRPC)", Is(encoding, Unimplemented));
        await Limit(gzip.Status == Ok);
        return _lines;
    }

    /// <param name="takes">Small ones; that a large one is refused says nothing where a small one is too.</param>
    async Task Limit(bool takes)
    {
        var large = await to.Call(signal.Method, signal.Protobuf(to.Now, padding: limit + 1), "gzip");
        // A connection that is cut is a limit too, though no polite one.
        Add("grpc.limit", Level.Must, "the size of a message is limited", !takes ? new Judged.NotApplicable("no message that is compressed is taken") : Judged.That(large.Status != Ok, $"it took {limit.ToString("N0", CultureInfo.InvariantCulture)} bytes; if its limit is larger, say so with --limit"));
        Add("grpc.limit.code", Level.Should, "a message over the limit is RESOURCE_EXHAUSTED", large.Status == Ok || !takes ? new Judged.NotApplicable(takes ? "it was taken" : "no message that is compressed is taken") : Is(large, ResourceExhausted));
    }

    void Success(string id, GrpcAnswer answer, string says, Level level = Level.Must) => Add(id, level, says, Is(answer, Ok));

    static Judged Is(GrpcAnswer answer, int status) => Judged.That(answer.Status == status, $"it answered {answer.Shown}");

    void Add(string id, Level level, string says, Judged judged) => _lines.Add(new(id, signal.Name, level, says, judged));
}
