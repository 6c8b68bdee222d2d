using System.Text;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>The load command on the real executable and within this process: words, files, exit codes.</summary>
public sealed class LoadTests : IAsyncDisposable
{
    readonly LoopbackSite _site = LoopbackSite.Start();
    readonly Scratch _scratch = new();

    public LoadTests() => _site.Route("/", _ => new(200, "up")).Route("/sick", _ => new(503, "down")).Route("/secret", request => new(200, request.Headers.GetValueOrDefault("authorization", "none")));

    public async ValueTask DisposeAsync()
    {
        _scratch.Dispose();
        await _site.DisposeAsync();
    }

    string Address(string path = "/") => new Uri(_site.Address, path).AbsoluteUri;

    static double Number(Value.Fields json, string name) => ((Value.Number)json[name]!).Is;

    [Fact]
    public async Task A_url_and_a_rate_are_enough()
    {
        var ran = await _scratch.Start("load", Address(), "--rate", "100", "--duration", "1s", "--threshold", "http_req_duration: max<60000");

        Assert.Equal(ExitCode.Done, ran.Exit);
        Assert.Matches("requests +100 in 1s", ran.Data);
        Assert.Equal(100, _site.Served);
    }

    [Fact]
    public async Task The_result_has_its_figures_at_the_top()
    {
        var ran = await _scratch.Run("load", Address(), "-c", "2", "-n", "300", "--out", "run.json", "--report", "run.html", "-f", "json");

        var json = (Value.Fields)Value.Parse(File.ReadAllBytes(_scratch.PathOf("run.json")));
        Assert.Equal(json, ran.Json);
        Assert.Equal(300, Number(json, "population"));
        Assert.Equal(0, Number(json, "errors"));
        Assert.True(Number(json, "requests_per_second") > 0);
        var latency = (Value.Fields)json["latency_ms"]!;
        Assert.Equal(["max", "mean", "min", "p50", "p90", "p95", "p99", "p99_9"], latency.Select(field => field.Key).Order(StringComparer.Ordinal));
        Assert.NotNull(json["target"]);
        Assert.NotNull(json["histogram"]);
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(_scratch.PathOf("run.html")), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/", "http_req_duration: p(50)<60000", ExitCode.Done)]
    [InlineData("/sick", "http_req_failed: rate<0.5", ExitCode.NoGo)]
    [InlineData("/", "http_req_failed: rate<0.001", ExitCode.Undecided)] // too few to say so
    public async Task The_exit_code_is_what_became_of_the_thresholds_whatever_the_format(string path, string threshold, int exit)
    {
        foreach (var format in (string[])["text", "json", "openmetrics", "k6"])
        {
            // The second threshold lets the generator be late on a machine with much else to do.
            var ran = await _scratch.Start("load", Address(path), "-c", "2", "-n", "200", "--threshold", threshold, "--threshold", "http_req_duration: max<60000", "-q", "-f", format);

            Assert.True(exit == ran.Exit, $"{format}: {ran.Exit} in place of {exit}: {ran.Talk}{ran.Data}");
        }
    }

    [Fact]
    public async Task A_target_that_is_down_never_passes()
    {
        var ran = await _scratch.Start("load", $"http://127.0.0.1:{LoopbackListener.ClosedPort()}/", "--rate", "20", "--duration", "500ms", "--out", "run.json");

        Assert.Contains(ran.Exit, (int[])[ExitCode.NoGo, ExitCode.Undecided]); // Unproven where the generator was late too.
        Assert.Contains("refused", ran.Data, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(10, Number((Value.Fields)Value.Parse(File.ReadAllBytes(_scratch.PathOf("run.json"))), "errors"));
    }

    [Fact]
    public async Task Another_machine_is_left_alone_until_somebody_consents_by_name()
    {
        var ran = await _scratch.Run("load", "http://10.20.30.40/", "--rate", "1", "--duration", "1s");

        Assert.Equal(ExitCode.BadInput, ran.Exit);
        Assert.Contains("--consent 10.20.30.40", ran.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scenario_file_is_read_beside_its_own_files()
    {
        _scratch.Write("plans/users.csv", "name\nmia\njon\n");
        _scratch.Write("plans/shop.yaml", $$"""
            target: {{Address().TrimEnd('/')}}
            scenarios:
              browse: { vus: 2, iterations: 50, data: { user: users.csv }, requests: [ { name: front, get: "/?who=$(data:user.name)" }, { name: again, get: / } ] }
              scrape: { rate: 20/s, duration: 1s, get: / }
            thresholds:
              "http_req_failed{scenario:browse}": [ rate<0.2 ]
              http_req_duration: [ max<60000 ]
            """);

        var ran = await _scratch.Run("load", "plans/shop.yaml", "-f", "json");

        Assert.Equal(ExitCode.Done, ran.Exit);
        Assert.Equal(120, Number(ran.Json, "population"));
    }

    [Fact]
    public async Task Every_mistake_of_a_file_is_told_with_its_place()
    {
        _scratch.Write("bad.yaml", """
            target: http://127.0.0.1:1
            scenarios:
              one: { vus: 0, duration: 1s, get: / }
              two: { rat: 5/s, duration: 1s, get: / }
            """);

        var ran = await _scratch.Run("load", "bad.yaml");

        Assert.Equal(ExitCode.BadInput, ran.Exit);
        Assert.Contains("bad.yaml:3", ran.Talk, StringComparison.Ordinal);
        Assert.Contains("bad.yaml:4", ran.Talk, StringComparison.Ordinal);
        Assert.Contains("rate", ran.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_is_sent_and_shown_nowhere()
    {
        const string Secret = "correct-horse-battery";
        _scratch.Write("plan.yaml", $$"""
            target: { url: "{{Address().TrimEnd('/')}}", headers: { authorization: Bearer $(env:LOAD_TOKEN) } }
            identity: { path: /secret }
            scenarios: { load: { vus: 1, iterations: 30, get: /secret, check: { body: { contains: other } } } }
            """);
        string? sent = null;
        _site.Route("/secret", request => new(200, sent = request.Headers.GetValueOrDefault("authorization", "none")));

        var ran = await Executable.Run(_scratch.Folder, start => start.Environment["LOAD_TOKEN"] = Secret, "load", "plan.yaml", "--out", "run.json", "--report", "run.html");

        Assert.Equal("Bearer " + Secret, sent);
        foreach (var shown in (string[])[ran.Data, ran.Talk, File.ReadAllText(_scratch.PathOf("run.json")), File.ReadAllText(_scratch.PathOf("run.html"))])
            Assert.DoesNotContain(Secret, shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_result_compares_with_itself_without_a_regression()
    {
        await _scratch.Run("load", Address(), "--rate", "300", "--duration", "4s", "--out", "a.json", "-q");

        var ran = await _scratch.Run("load", "compare", "a.json", "a.json");

        Assert.Contains(ran.Exit, (int[])[ExitCode.Done, ExitCode.Undecided]);
        Assert.NotEqual(ExitCode.BadInput, (await _scratch.Run("load", "compare", "a.json", "a.json", "-f", "json")).Exit);
    }

    [Fact]
    public async Task What_is_no_result_is_refused_with_a_reason()
    {
        _scratch.Write("other.json", "{\"population\":1}");

        var ran = await _scratch.Run("load", "compare", "other.json", "other.json");

        Assert.Equal(ExitCode.BadInput, ran.Exit);
        Assert.Contains("other.json is no result of muster load", ran.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task K6_options_become_a_plan_that_runs()
    {
        _scratch.Write("options.json", """{ "scenarios": { "smoke": { "executor": "shared-iterations", "vus": 2, "iterations": 40, "maxDuration": "50s" } }, "thresholds": { "http_req_duration": ["p(95)<60000"] } }""");

        var imported = await _scratch.Run("load", "import", "options.json", "--url", Address(), "--out", "plan.yaml");
        var ran = await _scratch.Run("load", "plan.yaml", "-f", "json");

        Assert.Equal(ExitCode.Done, imported.Exit);
        Assert.Equal(ExitCode.Done, ran.Exit);
        Assert.Equal(40, Number(ran.Json, "population"));
    }

    [Theory]
    [InlineData("load")]
    [InlineData("load http://127.0.0.1:1/")]
    [InlineData("load http://127.0.0.1:1/ --rate fast")]
    [InlineData("load http://127.0.0.1:1/ --rate 5 --vus 3")]
    [InlineData("load no-such-file.yaml")]
    [InlineData("load http://127.0.0.1:1/ --rate 5 --threshold nonsense")]
    [InlineData("load http://127.0.0.1:1/ --rate 5 --threshold http_req_duration:p(95)")]
    public async Task What_cannot_be_meant_is_refused(string words)
    {
        var ran = await _scratch.Run(words.Split(' '));

        Assert.Equal(ExitCode.BadInput, ran.Exit);
        Assert.NotEmpty(ran.Talk);
    }
}
