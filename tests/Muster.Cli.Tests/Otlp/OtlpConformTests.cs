using System.Text;
using Muster.Cli.Otlp;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Tests.Otlp;

/// <summary>The command against a receiver that does all that is asked, and against one that does one thing wrong: each line is seen to pass and to fail.</summary>
public sealed class OtlpConformTests : IDisposable
{
    readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    static Says Other(Says says, int status) => OtlpReceiver.Error(status, "wrong", says.Type);

    static bool IsPlain(Came came) => came is { Method: "POST", IsJson: false, Encoding: "", Type: OtlpPeer.Protobuf };

    static bool IsUnreadable(Came came, bool json, string encoding) => came.IsJson == json && came.Encoding == encoding && !came.TooLarge && came.Method == "POST";

    /// <summary>How each line is broken. Only answers to what the line asks about are changed.</summary>
    static readonly Dictionary<string, Func<Came, Says, Says>> Wrongs = Of(new()
    {
        ["http.protobuf"] = (came, says) => IsPlain(came) && says.Status == 200 && came.Body!.Length > 0 ? Other(says, 500) : says,
        ["http.protobuf.content_type"] = (came, says) => IsPlain(came) && says.Status == 200 ? says with { Type = "text/plain" } : says,
        ["http.protobuf.partial_success"] = (came, says) => IsPlain(came) && says.Status == 200 ? says with { Body = [0x0a, 0] } : says,
        ["http.gzip"] = (came, says) => came is { Encoding: "gzip", IsJson: false } && says.Status == 200 ? Other(says, 415) : says,
        ["http.empty"] = (came, says) => IsPlain(came) && came.Body!.Length == 0 ? Other(says, 400) : says,
        ["http.unknown_field"] = (came, says) => IsPlain(came) && came.Text.Contains("later", StringComparison.Ordinal) ? Other(says, 400) : says,
        ["http.json"] = (came, says) => came.IsJson && says.Status == 200 ? Other(says, 500) : says,
        ["http.json.content_type"] = (came, says) => came.IsJson && says.Status == 200 ? says with { Type = OtlpPeer.Protobuf } : says,
        ["http.json.partial_success"] = (came, says) => came.IsJson && says.Status == 200 ? says with { Body = "{\"partialSuccess\":{}}"u8.ToArray() } : says,
        ["http.json.gzip"] = (came, says) => came is { Encoding: "gzip", IsJson: true } ? Other(says, 415) : says,
        ["http.json.empty"] = (came, says) => came.Text == "{}" ? Other(says, 400) : says,
        ["http.json.unknown_field"] = (came, says) => came.Text.Contains("laterVersion", StringComparison.Ordinal) ? Other(says, 400) : says,
        ["http.json.numbers"] = (came, says) => came.Text.Contains("UnixNano\":1", StringComparison.Ordinal) ? Other(says, 400) : says,
        ["http.json.charset"] = (came, says) => came.Type.Contains(';', StringComparison.Ordinal) ? Other(says, 415) : says,
        ["http.json.hex"] = (came, says) => came.Text.Contains("5B8EFF", StringComparison.Ordinal) ? Other(says, 400) : says,
        ["http.limit"] = (came, says) => came is { TooLarge: true, Method: "POST" } ? new(200, says.Type, []) : says,
        ["http.limit.413"] = (_, says) => says.Status == 413 ? Other(says, 400) : says,
        ["http.limit.status"] = (_, says) => says.Status == 413 ? says with { Body = "too large"u8.ToArray(), Type = "text/plain" } : says,
        ["http.limit.message"] = (_, says) => says.Status == 413 ? says with { Body = [] } : says,
        ["http.partial"] = (came, says) => says.Status == 200 && says.Body.Length > 0 && !came.IsJson ? says with { Body = [0x0a, 2, 8, 2] } : says,
        ["http.partial.message"] = (came, says) => says.Status == 200 && says.Body.Length > 0 && !came.IsJson ? says with { Body = [0x0a, 2, 8, 1] } : says,
        ["http.unsupported_type"] = (_, says) => says.Status == 415 ? new(200, says.Type, []) : says,
        ["http.unsupported_type.415"] = (_, says) => says.Status == 415 ? Other(says, 400) : says,
        ["http.method.405"] = (_, says) => says.Status == 405 ? Other(says, 404) : says,
        ["http.path.404"] = (_, says) => says.Status == 404 ? new(200, says.Type, []) : says,
        ["grpc.export"] = (came, says) => IsCall(came) && says.Status == 0 ? new(2, "wrong", []) : says,
        ["grpc.partial_success"] = (came, says) => IsCall(came) && says.Status == 0 ? says with { Body = [0x0a, 0] } : says,
        ["grpc.gzip"] = (came, says) => IsCall(came) && came.Encoding == "gzip" && says.Status == 0 ? new(12, "wrong", []) : says,
        ["grpc.empty"] = (came, says) => IsCall(came) && says.Status == 0 && came.Body!.Length == 0 ? new(3, "wrong", []) : says,
        ["grpc.unknown_field"] = (came, says) => IsCall(came) && came.Text.Contains("later", StringComparison.Ordinal) ? new(3, "wrong", []) : says,
        ["grpc.bad_protobuf"] = (came, says) => IsCall(came) && says.Status == 3 ? new(14, "wrong", []) : says,
        ["grpc.bad_protobuf.code"] = (came, says) => IsCall(came) && says.Status == 3 ? new(13, "wrong", []) : says,
        ["grpc.unknown_method"] = (came, says) => IsCall(came) && came.Path != Signal.Traces.Method ? new(5, "wrong", []) : says,
        ["grpc.unknown_encoding"] = (came, says) => IsCall(came) && came.Encoding.Length > 4 ? new(13, "wrong", []) : says,
        ["grpc.limit"] = (came, says) => IsCall(came) && came.TooLarge ? new(0, "", []) : says,
        ["grpc.limit.code"] = (came, says) => IsCall(came) && came.TooLarge ? new(13, "wrong", []) : says,
    });

    static bool IsCall(Came came) => came.Method == "CALL";

    static Dictionary<string, Func<Came, Says, Says>> Of(Dictionary<string, Func<Came, Says, Says>> wrongs)
    {
        foreach (var (id, json, encoding) in new[] { ("http.bad_protobuf", false, ""), ("http.bad_json", true, ""), ("http.bad_gzip", false, "gzip") })
        {
            Func<Came, Says, Says> When(Func<Says, Says> change) => (came, says) => says.Status == 400 && IsUnreadable(came, json, encoding) ? change(says) : says;
            wrongs[id] = When(says => Other(says, 422));
            wrongs[id + ".retry"] = When(says => Other(says, 503));
            wrongs[id + ".status"] = When(says => says with { Body = "bad request"u8.ToArray(), Type = "text/plain" });
            wrongs[id + ".message"] = When(says => says with { Body = json ? "{}"u8.ToArray() : [] });
            wrongs[id + ".bad_request"] = When(says => OtlpReceiver.Error(400, "wrong", says.Type, detail: false));
        }

        return wrongs;
    }

    public static TheoryData<string> Ids => [.. Wrongs.Keys];

    async Task<(Ran Ran, Dictionary<string, (string Level, string State, string Because)> Lines)> Conform(OtlpReceiver receiver, params string[] words)
    {
        var ran = await _scratch.Run(["otlp", "conform", receiver.HttpUrl, "--grpc", receiver.GrpcUrl, "--signal", "traces", "--limit", "1", "-f", "json", .. words]);
        Assert.True(ran.Exit is 0 or 1, ran.Talk);
        return (ran, ((Value.Items)ran.Json["lines"]!).Are.Cast<Value.Fields>().ToDictionary(line => Text(line, "id"), line => (Text(line, "level"), Text(line, "state"), Text(line, "because"))));

        static string Text(Value.Fields line, string name) => line[name] is Value.Text text ? text.Is : "";
    }

    [Fact]
    public async Task A_receiver_that_does_all_that_is_asked_passes_every_line_and_each_line_has_its_breaking()
    {
        await using var receiver = new OtlpReceiver();
        var (ran, lines) = await Conform(receiver, "--strict");
        Assert.DoesNotContain(lines, line => line.Value.State != "passed");
        Assert.Equal(0, ran.Exit);
        Assert.Equal(lines.Keys.Order(StringComparer.Ordinal), Wrongs.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_line_fails_when_it_is_not_met(string id)
    {
        await using var receiver = new OtlpReceiver(Wrongs[id]);
        var (ran, lines) = await Conform(receiver);
        Assert.Equal("failed", lines[id].State);
        Assert.NotEqual("", lines[id].Because);
        Assert.Equal(lines.Values.Any(line => line is { Level: "MUST", State: "failed" }) ? 1 : 0, ran.Exit);
    }

    [Fact]
    public async Task A_should_that_is_not_met_counts_only_under_strict()
    {
        await using var receiver = new OtlpReceiver(Wrongs["http.method.405"]);
        Assert.Equal(0, (await Conform(receiver)).Ran.Exit);
        Assert.Equal(1, (await Conform(receiver, "--strict")).Ran.Exit);
    }

    [Fact]
    public async Task Where_JSON_is_not_taken_its_lines_are_not_applicable()
    {
        await using var receiver = new OtlpReceiver((came, says) => came.IsJson ? Other(says, 415) : says);
        var (_, lines) = await Conform(receiver);
        Assert.Equal(("SHOULD", "failed"), (lines["http.json"].Level, lines["http.json"].State));
        Assert.Equal("not_applicable", lines["http.json.hex"].State);
    }

    [Fact]
    public async Task A_receiver_that_asks_for_a_key_is_not_judged_without_one()
    {
        await using var site = LoopbackSite.Start();
        var keys = new List<string?>();
        site.Otherwise = request =>
        {
            keys.Add(request.Headers.GetValueOrDefault("authorization"));
            return new(keys[^1] == "Bearer a-key-of-its-own" ? 404 : 401);
        };
        _scratch.Write("key", "a-key-of-its-own\n");
        _scratch.Write("other", "another-key\n");
        Task<Ran> Conform(params string[] words) => _scratch.Run(["otlp", "conform", $"http://127.0.0.1:{site.Port}", "--signal", "metrics", "--limit", "1", .. words]);

        var without = await Conform();
        var wrong = await Conform("--key-file", "other");
        keys.Clear();
        var with = await Conform("--key-file", "key");

        Assert.Equal((ExitCode.Undecided, ""), (without.Exit, without.Data));
        Assert.Contains("asks for a key\n  Fix: --key-file", without.Talk, StringComparison.Ordinal);
        Assert.Contains("this one is none of its own", wrong.Talk, StringComparison.Ordinal);
        Assert.Equal(1, with.Exit);
        Assert.True(keys.Count > 10);
        Assert.All(keys, key => Assert.Equal("Bearer a-key-of-its-own", key));
    }

    [Fact]
    public async Task A_signal_that_is_not_there_fails()
    {
        await using var receiver = new OtlpReceiver();
        var ran = await _scratch.Run("otlp", "conform", receiver.HttpUrl, "--signal", "logs", "--limit", "1");
        Assert.Equal(1, ran.Exit);
        Assert.DoesNotMatch("ok +(MUST|SHOULD) +http.(limit|unsupported_type)", ran.Data); // Who refuses all keeps no limit by it.
        Assert.Contains("it answered 404", ran.Data, StringComparison.Ordinal);
        Assert.Contains("no --grpc was named", ran.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_is_cut_is_no_answer()
    {
        await using var broken = Muster.Probes.LoopbackListener.Start((_, _) => Task.CompletedTask);
        var ran = await _scratch.Run("otlp", "conform", $"http://127.0.0.1:{broken.Port}");
        Assert.Equal((ExitCode.Undecided, ""), (ran.Exit, ran.Data));
        Assert.Contains("does not answer", ran.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_two_requests_have_the_same_time()
    {
        var times = new List<string>();
        await using var receiver = new OtlpReceiver((came, says) =>
        {
            if (says.Status is 200 or 0 && came.Body is { Length: > 2 } body)
                times.Add(came.IsJson ? System.Text.RegularExpressions.Regex.Match(came.Text, "UnixNano\":\"?([0-9]+)").Groups[1].Value : Convert.ToHexString(((int[])[1, 2, 2, 8]).Aggregate(body, (bytes, number) => ProtoReader.Read(bytes)!.Last(field => field.Number == number).Bytes)));
            return says;
        });
        await Conform(receiver);
        Assert.True(times.Count > 12);
        Assert.Equal(times.Count, times.Distinct().Count());
    }

    [Fact]
    public void Whatever_bytes_come_they_are_fields_or_none()
    {
        var random = new Random(5);
        var good = Signal.Traces.Protobuf(DateTimeOffset.UnixEpoch.AddDays(1), unknown: true);
        Assert.NotNull(ProtoReader.Read(good));
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = random.Next(2) == 0 ? good.ToArray() : new byte[random.Next(40)];
            for (var change = random.Next(1, 4); change > 0 && bytes.Length > 0; change--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (ProtoReader.Read(bytes) is { } fields) Assert.True(fields.Sum(field => field.Bytes.Length) <= bytes.Length);
        }
    }

    [Fact]
    public void What_is_sent_in_JSON_is_JSON()
    {
        foreach (var signal in Signal.All)
        {
            foreach (var unknown in (bool[])[false, true])
            {
                using var json = System.Text.Json.JsonDocument.Parse(signal.Json(DateTimeOffset.UnixEpoch.AddDays(1), unknown: unknown));
                Assert.Equal(unknown, Encoding.UTF8.GetString(signal.Json(DateTimeOffset.UnixEpoch.AddDays(1), unknown: unknown)).Contains("laterVersion", StringComparison.Ordinal));
            }
        }
    }
}
