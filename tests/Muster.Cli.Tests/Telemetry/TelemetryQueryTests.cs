using Muster.Probes;

namespace Muster.Cli.Tests.Telemetry;

/// <summary>The command against a small server that answers as Prometheus does.</summary>
public sealed class TelemetryQueryTests : IAsyncDisposable
{
    const string Vector = """{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up","job":"api"},"value":[1700000000.123,"1"]},{"metric":{"__name__":"up","job":"a,\"b\""},"value":[1700000000.123,"0.5"]}]},"warnings":["w"],"infos":["i"]}""";
    const string Matrix = """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"x_bytes"},"values":[[1700000000,"1024"],[1700000015,"4096"],[1700000030,"NaN"]]}]}}""";

    readonly Scratch _scratch = new();
    readonly LoopbackSite _site = LoopbackSite.Start();
    readonly List<SiteRequest> _asked = [];

    public TelemetryQueryTests() => Answer(200, Vector);

    void Answer(int status, string json) => _site.Otherwise = request =>
    {
        _asked.Add(request);
        return SiteResponse.Json(status, json);
    };

    Task<Ran> Query(params string[] words) => _scratch.Run(["telemetry", "query", .. words, "--url", $"http://127.0.0.1:{_site.Port}"]);

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        _scratch.Dispose();
    }

    [Fact]
    public async Task An_instant_is_a_table_and_what_the_server_remarks_is_talk()
    {
        var ran = await Query("up{job=~\"a.*\"}", "--time", "2023-11-14T22:13:20Z");
        Assert.Equal((0, "SERIES             VALUE\nup{job=\"api\"}          1\nup{job=\"a,\\\"b\\\"\"}    0.5\n", "warning: w\ninfo: i\n"), (ran.Exit, ran.Data, ran.Talk));
        var asked = Assert.Single(_asked);
        Assert.Equal(("POST", "/api/v1/query", "query=up%7Bjob%3D~%22a.%2A%22%7D&time=1700000000"), (asked.Method, asked.Path, asked.Body));
    }

    [Fact]
    public async Task A_key_is_read_from_a_file_and_sent_and_shown_nowhere()
    {
        _scratch.Write("key", "a-key-of-its-own\n");
        var ran = await Query("up", "--key-file", "key");
        Assert.Equal(0, ran.Exit);
        Assert.Equal("Bearer a-key-of-its-own", Assert.Single(_asked).Headers["authorization"]);
        Assert.DoesNotContain("a-key-of-its-own", ran.Data + ran.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_asks_for_a_key_says_how_to_give_one()
    {
        Answer(401, """{"status":"error","errorType":"unauthorized","error":"a key is needed"}""");
        var ran = await Query("up");
        Assert.Equal(2, ran.Exit);
        Assert.Contains("asks for a key", ran.Talk, StringComparison.Ordinal);
        Assert.Contains("--key-file", ran.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_CSV_each_label_is_a_column()
    {
        var ran = await Query("up", "-f", "csv");
        Assert.Equal("time,value,__name__,job\r\n2023-11-14T22:13:20.123Z,1,up,api\r\n2023-11-14T22:13:20.123Z,0.5,up,\"a,\"\"b\"\"\"\r\n", ran.Data);
    }

    [Fact]
    public async Task As_JSON_it_is_what_the_server_said() => Assert.Equal(Vector + "\n", (await Query("up", "-f", "json")).Data);

    [Fact]
    public async Task A_range_is_asked_for_with_its_ends_and_summed_up()
    {
        Answer(200, Matrix);
        var ran = await Query("x_bytes", "--start", "1700000000", "--end", "1700000030", "--step", "15s");
        Assert.Equal("SERIES   LAST  MIN  MEAN   MAX  SAMPLES\nx_bytes   NaN  NaN   NaN  4096        3\n", ran.Data);
        Assert.Equal(("/api/v1/query_range", "query=x_bytes&start=1700000000&end=1700000030&step=15"), (_asked[0].Path, _asked[0].Body));
    }

    [Fact]
    public async Task A_graph_is_of_the_last_hour_unless_said_and_knows_the_metrics_unit()
    {
        Answer(200, Matrix);
        var ran = await Query("x_bytes", "--graph", "--start", "1700000000", "--end", "1700000030");
        Assert.Equal(0, ran.Exit);
        Assert.Contains("KiB┤", ran.Data, StringComparison.Ordinal);
        Assert.Contains("22:13:50 UTC", ran.Data, StringComparison.Ordinal);
        await Query("x_bytes", "--graph");
        Assert.Contains("step=15", _asked[1].Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"status":"success","data":{"resultType":"scalar","result":[1700000000,"+Inf"]}}""", "SERIES  VALUE\n{}       +Inf\n")]
    [InlineData("""{"status":"success","data":{"resultType":"string","result":[1700000000,"so"]}}""", "so\n")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[]}}""", "Nothing matches.\n")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"histogram":[1,{"count":"3","sum":"4.5","buckets":[[0,"1","2","3"]]}]}]}}""", "SERIES                        VALUE\n{}      count 3, sum 4.5, 1 buckets\n")]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{"a":"x\u001b[31m\ny"},"value":[1,"1"]}]}}""", "SERIES              VALUE\n{a=\"x\\x1b[31m\\ny\"}      1\n")]
    public async Task Every_kind_of_answer_is_printed(string json, string shown)
    {
        Answer(200, json);
        Assert.Equal(shown, (await Query("x")).Data);
    }

    [Fact]
    public async Task What_the_server_says_of_a_mistake_is_passed_on()
    {
        Answer(400, """{"status":"error","errorType":"bad_data","error":"1:3: parse error: unexpected end"}""");
        var ran = await Query("up{");
        Assert.Equal((ExitCode.BadInput, ""), (ran.Exit, ran.Data));
        Assert.Contains("parse error: unexpected end", ran.Talk, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "<html>", "not that of a Prometheus")]
    [InlineData(200, """{"data":{"resultType":"vector","result":[{}]}}""", "not that of a Prometheus")]
    [InlineData(200, """{"data":{"resultType":"vector","result":[{"metric":{},"value":[1]}]}}""", "not that of a Prometheus")]
    [InlineData(503, "busy", "answered 503, and not as a Prometheus does")]
    [InlineData(404, "", "answered 404, and not as a Prometheus does")]
    [InlineData(400, "An HTTP/1.x request was sent to an HTTP/2 only endpoint.", "answered 400, and not as a Prometheus does")]
    public async Task What_is_no_answer_is_undecided(int status, string body, string says)
    {
        Answer(status, body);
        var ran = await Query("up");
        Assert.Equal((ExitCode.Undecided, ""), (ran.Exit, ran.Data));
        Assert.Contains(says, ran.Talk, StringComparison.Ordinal);
        Assert.Contains("Fix: --url names the server's root", ran.Talk, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sum(up", "1:7", "    sum(up\n          ^\n")]
    [InlineData("sum(\n\tup))", "2:5", "     up))\n        ^\n")]
    [InlineData("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggg!hhhhhhhhhhiiiiiiiiiijjjjjjjjjj", "1:71", "    …cccccccccc", "gggggggggg!hhhhhhhhhhiiiiiiiii…\n" + "                                                       ^\n")]
    public async Task Where_a_query_cannot_be_read_is_shown_below_it(string query, string place, params string[] shown)
    {
        Answer(400, $$"""{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\": {{place}}: parse error: what"}""");
        var ran = await Query(query);
        Assert.Equal(ExitCode.BadInput, ran.Exit);
        Assert.All(shown, part => Assert.Contains(part, ran.Talk, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("9:1")]
    [InlineData("0:1")]
    [InlineData("1:9")]
    [InlineData("1:0")]
    [InlineData("9999999:9999999")]
    [InlineData("99999999999:1")]
    public async Task A_place_that_the_query_does_not_have_is_not_shown(string place)
    {
        Answer(400, $$"""{"status":"error","error":"{{place}}: parse error: what"}""");
        Assert.EndsWith("parse error: what\n", (await Query("up")).Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_server_says_cannot_move_in_the_terminal()
    {
        Answer(400, """{"status":"error","error":"so\u001b[2J"}""");
        var refused = await Query("up");
        Answer(200, """{"status":"success","data":{"resultType":"string","result":[1700000000,"so\u001b[2J"]},"warnings":["\u001b[31m"]}""");
        var answered = await Query("up");
        Assert.All(new[] { refused.Talk, answered.Talk, answered.Data }, text => Assert.DoesNotContain('\u001b', text));
    }

    [Fact]
    public async Task Where_nothing_listens_the_way_to_start_it_is_told()
    {
        var ran = await _scratch.Run("telemetry", "query", "up", "--url", "http://127.0.0.1:1");
        Assert.Equal(ExitCode.Undecided, ran.Exit);
        Assert.Contains("127.0.0.1:1 does not answer", ran.Talk, StringComparison.Ordinal);
        Assert.Contains("muster telemetry serve", ran.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_may_be_asked_nothing_is()
    {
        var ran = await _scratch.Run("telemetry", "query", "up", "--url", "http://169.254.169.254");
        Assert.Equal(ExitCode.Undecided, ran.Exit);
        Assert.Contains("refused", ran.Talk, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--time yesterday", "not a time")]
    [InlineData("--end now", "a range has a begin")]
    [InlineData("--start -1h --time now", "--time is for an instant")]
    [InlineData("--start -1h --end -2h", "ends before it begins")]
    [InlineData("--start -30d --step 1s", "at most 11000 points")]
    [InlineData("--graph -f csv", "a graph has no format")]
    public async Task A_question_that_makes_no_sense_is_not_asked(string words, string says)
    {
        var ran = await Query(["up", .. words.Split(' ')]);
        Assert.Equal(ExitCode.BadInput, ran.Exit);
        Assert.Contains(says, ran.Talk, StringComparison.Ordinal);
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task A_url_that_carries_credentials_is_refused()
    {
        var ran = await _scratch.Run("telemetry", "query", "up", "--url", "http://a:hush@127.0.0.1:1");
        Assert.Equal(ExitCode.BadInput, ran.Exit);
        Assert.DoesNotContain("hush", ran.Talk, StringComparison.Ordinal);
    }
}
