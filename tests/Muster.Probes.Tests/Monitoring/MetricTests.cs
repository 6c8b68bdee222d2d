using Muster.Readiness;
using Muster.Servers;
using Muster.Telemetry.Intake.RemoteWrite;
using Muster.Telemetry.Series;

namespace Muster.Probes.Tests.Monitoring;

/// <summary>Against a real memory of Muster's, and against what is none.</summary>
public sealed class MetricTests(FilledMemory memory) : IClassFixture<FilledMemory>
{
    static readonly (string, Value) Failed = ("no_data", "fail");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    Task<Sight> Ask(string query, params (string, Value)[] more) => Probing.Look("metric", [("target", memory.Server.Address.AbsoluteUri), ("query", query), .. more]);

    static double Number(Sight sight, string field) => ((Value.Number)sight.Observation![field]!).Is;

    /// <summary>What the kind and a check that asks for a value of at most 1000 make of it.</summary>
    static Outcome Judged(Sight sight) => Weigh.Of(
        new Step { Kind = "metric", Parameters = Value.Fields.Empty, Expect = new([Stage.Is("no_data", false, Shape.Truth), Stage.Is("not_numbers", 0, Shape.Number), Stage.Between("value", 0, 1000, Shape.Number)]) },
        sight, MetricQueryKind.Declaration, WeighingContext.Empty);

    [Fact]
    public async Task A_number_is_seen_with_the_samples_that_it_rests_on()
    {
        var rate = await Ask("sum(rate(requests_total[5m]))");
        var several = await Ask("requests_total");

        Assert.IsType<Outcome.Pass>(Judged(rate));
        Assert.InRange(Number(rate, "value"), 5, 7);
        Assert.Equal(((Value)false, (Value)false, (Value)1, (Value)300, Value.Items.Empty), (rate.Observation!["no_data"], rate.Observation["taken_as_zero"], rate.Observation["coverage"], rate.Observation["window"], rate.Observation["silent"]));
        // Two series with four samples a minute, in five minutes less what passed since they were sent.
        Assert.InRange(Number(rate, "samples"), 26, 42);
        Assert.Equal(rate.Population, (long)Number(rate, "samples"));
        Assert.InRange(Number(rate, "age"), 0, 60);
        Assert.NotNull(((Value.Fields)rate.Before!)["started"]);
        Assert.Equal(rate.Before, rate.After);
        Assert.Equal((2, (Value)2), (several.Population, several.Observation!["series_count"]));
    }

    [Fact]
    public async Task Over_a_time_the_trend_is_seen()
    {
        var seen = await Ask("queue_depth", ("over", "50m"), ("step", "1m"));

        Assert.InRange(Number(seen, "rise"), 2900, 3000);
        Assert.InRange(Number(seen, "points"), 50, 51);
        Assert.Equal(((Value)3000, (Value)1), (seen.Observation!["window"], seen.Observation["coverage"]));
    }

    [Theory]
    [InlineData("no_such_metric")]
    [InlineData("no_such_metric or vector(0)")]
    [InlineData("sum(rate(requests_total[5m])) * 0 + (sum(no_such_metric) or vector(0))")]
    [InlineData("max_over_time(ended[1h])")]
    [InlineData("queue_depth > 1e9")]
    public async Task What_is_not_there_is_unproven_or_a_fail_as_the_check_decides_and_never_passes(string query)
    {
        var unproven = await Ask(query);
        var fail = await Ask(query, Failed);

        Assert.Equal((0, (Value)true), (unproven.Population, unproven.Observation!["no_data"]));
        Assert.IsType<Outcome.Unproven>(Judged(unproven));
        Assert.IsType<Outcome.Fail>(Judged(fail));
        Assert.All(new[] { unproven, fail }, sight => Assert.All(new[] { "value", "values", "lowest", "highest", "series" }, field => Assert.Null(sight.Observation![field])));
    }

    [Theory]
    [InlineData("sum(increase(errors_total[30m]))")]
    [InlineData("sum(increase(errors_total[30m])) or vector(0)")]
    [InlineData("sum(increase(errors_total[30m])) or sum(increase(young_total[30m])) * 0")]
    [InlineData("sum(increase(errors_total[30m])) / sum(increase(requests_total[30m]))")]
    public async Task Nothing_is_zero_while_a_witness_was_there_throughout(string query)
    {
        var seen = await Ask(query, ("no_data", "zero"), ("witness", "up{job=\"api\"}"));

        Assert.IsType<Outcome.Pass>(Judged(seen));
        Assert.Equal(((Value)0, (Value)true, (Value)false), (seen.Observation!["value"], seen.Observation["taken_as_zero"], seen.Observation["no_data"]));
        // The zero rests on the witness's samples of half an hour.
        Assert.InRange(seen.Population, 110, 121);
    }

    [Theory]
    [InlineData("up{job=\"nobody\"}", "is above 0 in 0%")]
    [InlineData("up{job=\"dead\"}", "is above 0 in 0%")]
    [InlineData("up{job=\"flaky\"}", "is above 0 in")]
    [InlineData("ended", "not in the newest")]
    [InlineData("holed", "is above 0 in")]
    public async Task Nothing_is_not_zero_where_the_witness_was_away_or_down(string witness, string says) =>
        Probing.Blind(await Ask("sum(increase(errors_total[50m]))", ("no_data", "zero"), ("witness", witness)), Blind.Unreadable, says);

    [Fact]
    public async Task What_is_there_is_seen_as_it_is_whatever_no_data_means()
    {
        var seen = await Ask("sum(queue_depth)", ("no_data", "zero"), ("witness", "up{job=\"api\"}"));

        Assert.InRange(Number(seen, "value"), 3500, 3600);
        Assert.Equal((Value)false, seen.Observation!["taken_as_zero"]);
        Assert.IsType<Outcome.Fail>(Judged(seen));
    }

    [Theory]
    [InlineData("sum(increase(young_total[1h]))", "young_total has samples in 6.67%")]
    [InlineData("avg_over_time(holed[1h])", "holed has samples in")]
    [InlineData("sum(increase(requests_total[2h]))", "requests_total has samples in 5")]
    [InlineData("sum(rate(requests_total[5m])) + sum(rate(requests_total[5m] offset 3h))", "requests_total has samples in")]
    public async Task A_window_that_is_not_covered_proves_nothing(string query, string says)
    {
        Probing.Blind(await Ask(query), Blind.Unreadable, "the window of");
        Probing.Blind(await Ask(query, Failed), Blind.Unreadable, says);
    }

    [Fact]
    public async Task A_counter_that_came_late_counts_where_a_witness_was_there_before()
    {
        var seen = await Ask("sum(increase(young_total[1h]))", ("no_data", "zero"), ("witness", "up{job=\"api\"}"));

        Assert.InRange(Number(seen, "value"), 150, 200);
        Assert.Equal((Value)true, seen.Observation!["taken_as_zero"]);
    }

    [Fact]
    public async Task How_much_must_be_covered_and_how_far_back_can_be_said()
    {
        var less = await Ask("avg_over_time(holed[1h])", ("coverage", "40%"));
        var shorter = await Ask("sum(increase(young_total[1h]))", ("window", "2m"));

        Assert.InRange(Number(less, "coverage"), 0.45, 0.55);
        Assert.Equal((Value)1, shorter.Observation!["coverage"]);
    }

    [Fact]
    public async Task Samples_that_come_seldom_need_a_longer_gap()
    {
        var usual = await Ask("avg_over_time(sparse[50m])");
        var longer = await Ask("avg_over_time(sparse[50m])", ("gap", "10m"));

        Assert.True(usual.Blind == Blind.Unreadable || usual.Population == 0, usual.Detail);
        Assert.Equal(((Value)5, (Value)1), (longer.Observation!["value"], longer.Observation["coverage"]));
    }

    [Fact]
    public async Task What_is_no_number_does_not_hold() => Assert.IsType<Outcome.Fail>(Judged(await Ask("not_a_number")));

    [Theory]
    [InlineData("vector(1)", "names no series")]
    [InlineData("absent(up{job=\"nobody\"})", "asks absent()")]
    [InlineData("absent_over_time(no_such[5m]) or up", "asks absent()")]
    [InlineData("up @ 1609746000", "says nothing of now")]
    [InlineData("rate(requests_total[5m * 2])", "must be said")]
    [InlineData("sum(", "names no series")]
    [InlineData("sum(up", "the query is refused: invalid parameter \"query\": 1:7: parse error")]
    public async Task A_question_that_could_not_prove_anything_is_refused(string query, string says) => Probing.Blind(await Ask(query), Blind.BadQuestion, says);

    [Theory]
    [InlineData("no_data", "pass", "is none of")]
    [InlineData("no_data", "zero", "is missing")]
    [InlineData("witness", "up", "is for no_data: zero alone")]
    [InlineData("coverage", "0%", "is no share")]
    [InlineData("gap", "0s", "less than a second")]
    [InlineData("over", "0s", "more than 10000 points, or none")]
    public async Task A_decision_that_is_none_is_refused(string name, string value, string says) => Probing.Blind(await Ask("up", (name, value)), Blind.BadQuestion, says);

    [Fact]
    public async Task A_witness_is_one_selector_and_of_now()
    {
        Probing.Blind(await Ask("up", ("no_data", "zero"), ("witness", "up or vector(1)")), Blind.BadQuestion, "is not one selector");
        Probing.Blind(await Ask("up", ("no_data", "zero"), ("witness", "vector(1)")), Blind.BadQuestion, "is not one selector");
        Probing.Blind(await Ask("up", ("no_data", "zero"), ("witness", "up"), ("over", "10m")), Blind.BadQuestion, "takes nothing as zero of now alone");
    }

    [Fact]
    public async Task Another_engine_is_refused_and_so_is_a_page_that_is_none()
    {
        await using var other = await PrometheusServer.Start(PrometheusServer.Config([]), Cancel);
        await using var page = LoopbackSite.Start();

        Probing.Blind(await Probing.Look("metric", ("target", other.Address.AbsoluteUri), ("query", "up")), Blind.Unreadable, "ask prometheus.query");
        Probing.Blind(await Probing.Look("metric", ("target", page.Address.AbsoluteUri), ("query", "up")), Blind.Unreadable, "404");
    }

    [Fact]
    public async Task A_memory_with_keys_is_asked_with_the_targets_token()
    {
        const string Key = "a-key-that-is-long-enough-for-a-test";
        await using var server = await TelemetryServer.Start(Cancel, key: Key);
        var sent = new RemoteWriteEncoder();
        sent.Add(Labels.Of((Labels.MetricName, "queue_depth")), [TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()], [4]);
        await server.Write(FilledMemory.Packed(sent), Key, Cancel);
        Task<Sight> As(string? token) => Probing.Look("metric", ("target", token is null ? Value.Of(("url", server.Address.AbsoluteUri)) : Value.Of(("url", server.Address.AbsoluteUri), ("token", token))), ("query", "queue_depth"));

        Assert.Equal((Value)4, (await As(Key)).Observation!["value"]);
        Probing.Blind(await As(null), Blind.NotAdmitted, "401");
        Probing.Blind(await As("another-key-that-is-long-enough"), Blind.NotAdmitted, "401");
    }

    [Fact]
    public async Task What_is_scraped_is_seen_until_its_exporter_is_gone_and_a_memory_that_was_started_anew_is_another()
    {
        await using var exporter = LoopbackSite.Start();
        exporter.Route("/metrics", _ => new(200, "# TYPE disk_free gauge\ndisk_free 70\n", "text/plain; version=0.0.4"));
        await using var server = await TelemetryServer.Start(Cancel, TelemetryServer.Config("shop", $"127.0.0.1:{exporter.Port}"));
        await server.UntilAny("disk_free", Cancel);
        Task<Sight> Ask(string query, params (string, Value)[] more) => Probing.Look("metric", [("target", server.Address.AbsoluteUri), ("query", query), .. more]);
        (string, Value)[] zero = [("no_data", "zero"), ("witness", "up{job=\"shop\"}")];

        var well = await Ask("disk_free");
        var none = await Ask("errors_total", zero);
        exporter.Route("/metrics", _ => new(500, "broken"));
        await server.UntilAny("up{job=\"shop\"} == 0", Cancel);
        var gone = await Ask("disk_free");
        var unwatched = await Ask("errors_total", zero);
        await server.Stop();
        var stopped = await Ask("disk_free");
        await server.Begin(Cancel);
        var again = await Ask("disk_free");

        Assert.Equal((Value)70, well.Observation!["value"]);
        Assert.Equal(((Value)0, (Value)true), (none.Observation!["value"], none.Observation["taken_as_zero"]));
        Assert.Equal((0, Value.Texts(["disk_free"])), (gone.Population, gone.Observation!["silent"]));
        Probing.Blind(unwatched, Blind.Unreadable, "is not taken as zero");
        Assert.Equal(Blind.Unreachable, stopped.Blind);
        Assert.NotEqual(well.Before, again.Before);
    }

    [Fact]
    public async Task Over_a_time_an_answer_that_ended_is_no_value_of_now()
    {
        // The depth went beyond 1000 more than 40 minutes ago, and its samples still come.
        var ended = await Ask("queue_depth < 1000", ("over", "55m"), ("step", "1m"));
        var fail = await Ask("queue_depth < 1000", ("over", "55m"), ("step", "1m"), Failed);

        Assert.Equal((0, (Value)true, Value.Items.Empty), (ended.Population, ended.Observation!["no_data"], ended.Observation["silent"]));
        Assert.IsType<Outcome.Unproven>(Judged(ended));
        Assert.IsType<Outcome.Fail>(Judged(fail));
    }

    [Theory]
    [InlineData("55m", "1m")]
    [InlineData("3299s", "7s")]
    [InlineData("100s", "99s")]
    public async Task Over_a_time_the_last_point_counts_wherever_the_steps_fall(string over, string step) =>
        Assert.InRange(Number(await Ask("queue_depth", ("over", over), ("step", step)), "value"), 3300, 3600);

    [Fact]
    public async Task Over_a_time_each_point_has_to_be_a_number()
    {
        var seen = await Ask("queue_depth / clamp_min(queue_depth - 2000, 0) * 0", ("over", "55m"), ("step", "1m"));

        Assert.Equal(((Value)0, (Value)1), (seen.Observation!["value"], seen.Observation["not_numbers"]));
        Assert.IsType<Outcome.Fail>(Judged(seen));
    }

    [Theory]
    [InlineData("scalar(requests_total)")]
    [InlineData("scalar(queue_depth > 1e9)")]
    [InlineData("queue_depth / 0")]
    public async Task A_scalar_of_several_series_or_of_none_does_not_hold(string query) => Assert.IsType<Outcome.Fail>(Judged(await Ask(query)));

    [Fact]
    public async Task A_scalar_of_a_series_that_is_not_there_is_unproven() => Assert.IsType<Outcome.Unproven>(Judged(await Ask("scalar(no_such_metric)")));

    [Fact]
    public async Task Of_several_series_there_is_no_one_value()
    {
        var seen = await Ask("requests_total");

        Assert.Null(seen.Observation!["value"]);
        Assert.IsType<Outcome.Unproven>(Judged(seen));
    }

    [Fact]
    public async Task Another_project_has_none_of_it()
    {
        var elsewhere = await Probing.Look("metric", ("target", Value.Of(("url", memory.Server.Address.AbsoluteUri), ("headers", Value.Of(("X-Muster-Project", "muster"))))), ("query", "queue_depth"));

        Assert.False(Judged(elsewhere) is Outcome.Pass, elsewhere.Detail);
    }

    /// <summary>What calls itself Muster and answers as it is told, at half past, with a sample behind every selector.</summary>
    static LoopbackSite Answers(string instant, string range = "", string more = "")
    {
        const long Now = 1772355600;
        const string Stats = """ "stats": { "samples": { "samplesRead": 500, "totalQueryableSamples": 500 } } """;
        SiteResponse Data(string json, string beside = "") => SiteResponse.Json(200, $$"""{ "status": "success", "data": {{json}}{{beside}} }""");
        return LoopbackSite.Start()
            .Route("/api/v1/status/buildinfo", _ => Data("""{ "version": "3.0.0", "application": "Muster", "musterVersion": "1.0.0" }"""))
            .Route("/api/v1/status/runtimeinfo", _ => Data("""{ "startTime": "2026-03-01T09:00:00Z" }"""))
            .Route("/api/v1/query", asked => asked.Query.Contains("query=time", StringComparison.Ordinal) ? Data($$"""{ "resultType": "scalar", "result": [ {{Now}}, "{{Now}}" ] }""")
                : asked.Query.Contains("timestamp", StringComparison.Ordinal) ? Data($$"""{ "resultType": "vector", "result": [ { "metric": {}, "value": [ {{Now}}, "{{Now - 4}}" ] } ], {{Stats}} }""")
                : Data($$"""{ "resultType": "vector", "result": [ {{instant.Replace("NOW", $"{Now}", StringComparison.Ordinal)}} ], {{Stats}} }""", more))
            .Route("/api/v1/query_range", asked => asked.Query.Contains("count_over_time", StringComparison.Ordinal)
                ? Data($$"""{ "resultType": "matrix", "result": [ { "metric": {}, "values": [ {{string.Join(", ", Enumerable.Range(0, 10).Select(at => $"[ {Now - (at * 120)}, \"8\" ]"))}} ] } ], {{Stats}} }""")
                : Data($$"""{ "resultType": "matrix", "result": [ {{range.Replace("NOW", $"{Now}", StringComparison.Ordinal)}} ], {{Stats}} }""", more));
    }

    [Fact]
    public async Task An_answer_with_a_warning_proves_nothing()
    {
        await using var site = Answers("""{ "metric": {}, "value": [ NOW, "1" ] }""", more: """, "warnings": [ "some blocks could not be read" ]""");

        Probing.Blind(await Probing.Look("metric", ("target", site.Address.AbsoluteUri), ("query", "up")), Blind.Unreadable, "some blocks could not be read");
    }

    [Fact]
    public async Task A_bad_one_among_many_series_is_seen_wherever_it_stands()
    {
        await using var site = Answers(string.Join(", ", Enumerable.Range(0, 150).Select(at => $$"""{ "metric": { "n": "{{at}}" }, "value": [ NOW, "{{(at == 149 ? 900 : 1)}}" ] }""")));
        var seen = await Probing.Look("metric", ("target", site.Address.AbsoluteUri), ("query", "up"));

        Assert.Equal(((Value)150, (Value)900), (seen.Observation!["series_count"], seen.Observation["highest"]));
        Assert.Contains((Value)900, ((Value.Items)seen.Observation["values"]!).Are);
        Assert.Equal(150, ((Value.Items)seen.Observation["series"]!).Are.Length);
    }

    [Theory]
    [InlineData("""{ "metric": {}, "histograms": [ [ NOW, { "count": "3", "sum": "4" } ] ] }""")]
    [InlineData("""{ "metric": {}, "values": [ [ NOW, "1" ] ], "histograms": [ [ NOW, { "count": "3", "sum": "4" } ] ] }""")]
    public async Task Native_histograms_are_no_numbers(string series)
    {
        await using var site = Answers("""{ "metric": {}, "histogram": [ NOW, { "count": "3", "sum": "4" } ] }""", series);

        Probing.Blind(await Probing.Look("metric", ("target", site.Address.AbsoluteUri), ("query", "up"), ("over", "10m")), Blind.BadQuestion, "native histograms");
        Assert.Equal(Blind.Unreadable, (await Probing.Look("metric", ("target", site.Address.AbsoluteUri), ("query", "up"))).Blind);
    }
}
