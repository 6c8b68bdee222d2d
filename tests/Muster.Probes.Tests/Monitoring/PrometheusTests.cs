using System.Text;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Monitoring;

/// <summary>Against a real Prometheus that scrapes an exporter of the test's own.</summary>
public sealed class PrometheusTests : IAsyncLifetime
{
    const string Rules = """
        groups:
          - name: shop
            rules:
              - { record: "errors:rate", expr: "rate(errors_total[30s])" }
              - { alert: Errors, expr: "errors:rate > 100", annotations: { runbook_url: "https://runbooks.shop.test/errors#first" } }
              - { alert: ExporterDown, expr: "absent(nothing_of_this_name) and up{job=\"none\"} == 0" }
        """;

    readonly LoopbackSite _exporter = LoopbackSite.Start();
    PrometheusServer _server = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _exporter.Route("/metrics", _ => new(200, "# TYPE errors_total counter\nerrors_total 4\n# TYPE disk_free gauge\ndisk_free{mount=\"/\"} 70\ndisk_free{mount=\"/data\"} 30\n", "text/plain; version=0.0.4"));
        _server = await PrometheusServer.Start(Config(), Cancel, ("rules.yml", Rules));
        await _server.UntilAny("errors:rate", Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _exporter.DisposeAsync();
    }

    string Config() => PrometheusServer.Config([("shop", [$"127.0.0.1:{_exporter.Port}"])], ["rules.yml"]);

    Task<Sight> Query(string query, params (string, Value)[] more) => Probing.Look("prometheus.query", [("target", _server.Address.AbsoluteUri), ("query", query), .. more]);

    Task<Sight> Targets(params (string, Value)[] more) => Probing.Look("prometheus.targets_rules", [("target", _server.Address.AbsoluteUri), .. more]);

    [Fact]
    public async Task One_series_has_a_value_several_have_values_and_none_is_no_population()
    {
        var one = await Query("errors_total");
        var several = await Query("disk_free");
        var none = await Query("no_such_metric");
        var ratio = await Query("vector(0) / vector(0)");

        Assert.Equal((Value)4, one.Observation!["value"]);
        Assert.InRange(((Value.Number)one.Observation["age"]!).Is, 0, 30);
        Assert.NotNull(((Value.Fields)one.Before!)["started"]);
        Assert.Equal(one.Before, one.After);
        Assert.Null(several.Observation!["value"]);
        Assert.Equal((30, 70), (((Value.Number)several.Observation["lowest"]!).Is, ((Value.Number)several.Observation["highest"]!).Is));
        Assert.Equal((0, (Value)0), (none.Population, none.Observation!["series_count"]));
        Assert.Equal((Value)1, ratio.Observation!["not_numbers"]);
    }

    [Fact]
    public async Task Over_a_time_the_trend_and_what_is_lacking_are_seen()
    {
        var seen = (await Query("errors_total", ("over", "1m"), ("step", "1s"))).Observation!;

        Assert.Equal((Value)0, seen["rise"]);
        Assert.InRange(((Value.Number)seen["points"]!).Is, 1, 61);
        Assert.InRange(((Value.Number)seen["coverage"]!).Is, 0.001, 1);
    }

    [Fact]
    public async Task Over_a_time_an_answer_that_ended_before_now_is_no_value()
    {
        var ended = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 20;
        var seen = await Query($"vector(7) and on() (vector(time()) < {ended})", ("over", "1m"), ("step", "1s"));

        Assert.Equal((0, (Value)0), (seen.Population, seen.Observation!["series_count"]));
        Assert.Null(seen.Observation!["value"]);
        Assert.InRange(((Value.Number)seen.Observation!["points"]!).Is, 30, 41);
    }

    [Fact]
    public async Task A_query_tells_how_old_its_samples_are_and_which_of_its_series_are_silent()
    {
        var rate = await Query("sum(rate(errors_total[1m])) + sum(disk_free)");
        var masked = await Query("no_such_metric or vector(0)");
        var constant = await Query("vector(1)");
        _exporter.Route("/metrics", _ => new(500, "broken"));
        await _server.UntilAny("up{job=\"shop\"} == 0", Cancel);
        var gone = await Query("sum(max_over_time(disk_free[5m]))");

        Assert.InRange(((Value.Number)rate.Observation!["age"]!).Is, 0, 30);
        Assert.Equal(Value.Items.Empty, rate.Observation["silent"]);
        Assert.Equal(((Value)0, Value.Texts(["no_such_metric"])), (masked.Observation!["value"], masked.Observation["silent"]));
        Assert.Null(masked.Observation["age"]);
        Assert.Null(constant.Observation!["age"]);
        // The window still has samples of the exporter that is gone; only the selector tells.
        Assert.Equal(((Value)100, Value.Texts(["disk_free"])), (gone.Observation!["value"], gone.Observation["silent"]));
    }

    [Fact]
    public async Task A_server_that_was_started_anew_is_another()
    {
        var before = await Query("up");
        await _server.Stop();
        var stopped = await Query("up");
        await _server.Begin(Cancel);
        await _server.UntilAny("up", Cancel);

        Assert.Equal(Blind.Unreachable, stopped.Blind);
        Assert.NotEqual(before.After, (await Query("up")).Before);
    }

    [Fact]
    public async Task A_query_that_is_none_is_the_questions_mistake() => Probing.Blind(await Query("sum("), Blind.BadQuestion, "the query is refused");

    [Fact]
    public async Task Targets_and_rules_are_seen_well_and_a_stopped_exporter_is_down()
    {
        var well = await Targets(("jobs", Value.Texts(["shop", "billing"])), ("alerts", Value.Texts(["Errors", "Latency"])));
        _exporter.Route("/metrics", _ => new(500, "broken"));
        await ServerProcess.Until(() => Targets().GetAwaiter().GetResult().Observation!["down"]!.Equals((Value)1), "the exporter is not seen down", TimeSpan.FromSeconds(20), Cancel);

        Assert.Equal((1, (Value)1, (Value)0), (well.Population, well.Observation!["up"], well.Observation["down"]));
        Assert.Equal(Value.Texts(["billing"]), well.Observation["missing_jobs"]);
        Assert.Equal(Value.Texts(["Latency"]), well.Observation["missing_alerts"]);
        Assert.Equal((Value)0, well.Observation["rules_dead"]);
        Assert.Equal(Value.Texts(["ExporterDown: up{job=\"none\"}"]), well.Observation["silent_rules"]);
        Assert.InRange(((Value.Number)well.Observation["oldest_scrape"]!).Is, 0, 30);
        Assert.Equal(Value.List([1]), well.Observation["intervals"]);
        Assert.Equal((Value)0, well.Observation["rules_unhealthy"]);
    }

    [Fact]
    public async Task A_rule_over_a_series_that_nobody_exports_is_dead()
    {
        await _server.Reload(Cancel, ("rules.yml", Rules + "\n      - { alert: Typo, expr: \"rate(erors_total[1m]) > 0\" }\n"));
        await ServerProcess.Until(() => Targets().GetAwaiter().GetResult() is { Observation: { } seen } && seen["rules_dead"]!.Equals((Value)1) && seen["rules_unhealthy"]!.Equals((Value)0), "no dead rule", TimeSpan.FromSeconds(20), Cancel);

        Assert.Contains("Typo: there is no series erors_total", ((Value.Items)(await Targets()).Observation!["broken_rules"]!).Are.Select(one => ((Value.Text)one).Is));
    }

    [Fact]
    public async Task Runbooks_and_alerts_are_held_against_each_other()
    {
        var folder = Directory.CreateTempSubdirectory("muster-runbooks-");
        try
        {
            var books = folder.CreateSubdirectory("runbooks").FullName;
            File.WriteAllText(Path.Combine(books, "errors.md"), "# Errors");
            File.WriteAllText(Path.Combine(books, "old.md"), "# Old");
            var options = Probing.Options with { Folder = folder.FullName };
            var apart = (await Probing.Look(options, "prometheus.targets_rules", ("target", _server.Address.AbsoluteUri), ("runbooks", "runbooks"))).Observation!;
            File.Delete(Path.Combine(books, "old.md"));
            File.WriteAllText(Path.Combine(books, "ExporterDown.md"), "# Down");
            var together = (await Probing.Look(options, "prometheus.targets_rules", ("target", _server.Address.AbsoluteUri), ("runbooks", "runbooks"))).Observation!;

            Assert.Equal(Value.Texts(["ExporterDown"]), apart["runbooks_missing"]);
            Assert.Equal(Value.Texts(["old"]), apart["runbooks_orphaned"]);
            Assert.Equal(Value.False, apart["in_step"]);
            Assert.Equal(Value.True, together["in_step"]);
        }
        finally { folder.Delete(recursive: true); }
    }

    [Fact]
    public async Task A_server_without_a_target_shows_a_population_of_none()
    {
        await using var idle = await PrometheusServer.Start(PrometheusServer.Config([]), Cancel);

        Assert.Equal(0, (await Probing.Look("prometheus.targets_rules", ("target", idle.Address.AbsoluteUri))).Population);
    }

    [Fact]
    public async Task Runbooks_outside_of_the_folder_are_not_read()
    {
        Probing.Blind(await Targets(("runbooks", "..")), Blind.Refused, "leads out of the document's folder");
        Probing.Blind(await Targets(("runbooks", "no-such-folder")), Blind.Unreadable, "no-such-folder");
    }
}
