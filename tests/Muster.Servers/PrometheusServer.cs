using System.Globalization;
using System.Net;

namespace Muster.Servers;

/// <summary>A real Prometheus on loopback that scrapes and evaluates as often as it is told.</summary>
public sealed class PrometheusServer : IAsyncDisposable
{
    readonly ServerFolder _folder = new();
    ServerProcess? _process;

    PrometheusServer() { }

    public int Port { get; private init; } = Ports.Free();

    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/"));

    public bool IsRunning => _process?.IsRunning == true;

    /// <param name="config">prometheus.yml whole; rule files are named by what <paramref name="files"/> puts beside it.</param>
    public static Task<PrometheusServer> Start(string config, CancellationToken cancel, params (string Name, string Text)[] files) => StartAt(Ports.Free(), config, cancel, files);

    /// <summary>On a port that its own configuration may name.</summary>
    public static async Task<PrometheusServer> StartAt(int port, string config, CancellationToken cancel, params (string Name, string Text)[] files)
    {
        var server = new PrometheusServer { Port = port };
        foreach (var (name, text) in files) server._folder.Write(name, text);
        server._folder.Write("prometheus.yml", config);
        try { await server.Begin(cancel); }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    /// <summary>One that scrapes nothing and holds what it is given, whenever that was.</summary>
    /// <param name="openMetrics">Samples with their times, families together, <c># EOF</c> at the end.</param>
    public static async Task<PrometheusServer> StartWith(string openMetrics, CancellationToken cancel)
    {
        var server = new PrometheusServer();
        try
        {
            await ServerProcess.Run(server._folder, "promtool", ["tsdb", "create-blocks-from", "openmetrics", server._folder.Write("samples.om", openMetrics), server._folder.PathOf("data")], cancel);
            server._folder.Write("prometheus.yml", "global: {}\n");
            await server.Begin(cancel, "--storage.tsdb.retention.time=100y");
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    /// <summary>prometheus.yml with a second's intervals: jobs by name with the addresses that each scrapes, rule files, alertmanagers.</summary>
    public static string Config(IEnumerable<(string Job, string[] Targets)> jobs, string[]? rules = null, string[]? alertmanagers = null)
    {
        static string List(IEnumerable<string> of) => $"[{string.Join(", ", of.Select(one => $"\"{one}\""))}]";
        var scrapes = jobs.Select(job => $"  - job_name: {job.Job}\n    static_configs: [ {{ targets: {List(job.Targets)} }} ]\n");
        return $"""
            global: {"{"} scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s {"}"}
            rule_files: {List(rules ?? [])}
            alerting: {"{"} alertmanagers: [ {"{"} static_configs: [ {"{"} targets: {List(alertmanagers ?? [])} {"}"} ] {"}"} ] {"}"}
            scrape_configs:
            {string.Concat(scrapes)}
            """;
    }

    /// <summary>Writes files anew and has them read.</summary>
    public async Task Reload(CancellationToken cancel, params (string Name, string Text)[] files)
    {
        foreach (var (name, text) in files) _folder.Write(name, text);
        using var http = new HttpClient();
        using var answer = await http.PostAsync(new Uri(Address, "-/reload"), null, cancel);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException(await answer.Content.ReadAsStringAsync(cancel));
    }

    /// <summary>Waits until a query gives at least one sample.</summary>
    public async Task UntilAny(string query, CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = Address };
        var path = "api/v1/query?query=" + Uri.EscapeDataString(query);
        await ServerProcess.Until(() => http.GetStringAsync(path, cancel).GetAwaiter().GetResult().Contains("\"value\"", StringComparison.Ordinal), $"no sample of {query}", TimeSpan.FromSeconds(30), cancel);
    }

    public Task Stop() => _process?.Stop() ?? Task.CompletedTask;

    /// <summary>Starts it again on the same port and data after a stop.</summary>
    public Task Begin(CancellationToken cancel) => Begin(cancel, []);

    async Task Begin(CancellationToken cancel, params string[] more)
    {
        if (_process is not null) await _process.DisposeAsync();
        _process = await ServerProcess.Start(_folder, "prometheus",
        [
            "--config.file=prometheus.yml", "--storage.tsdb.path=data", string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{Port}"), "--web.enable-lifecycle", "--log.level=warn",
            // It finds its alertmanagers some seconds after its rules: what fires before is sent again soon, not a minute later.
            "--rules.alert.resend-delay=1s", .. more,
        ], () => Ready(Address, "-/ready"), cancel);
    }

    internal static bool Ready(Uri address, string path)
    {
        using var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(2) };
        try
        {
            using var answer = http.Send(new(HttpMethod.Get, path));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException) { return false; } // Not yet, which is the answer.
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Dispose();
    }
}
