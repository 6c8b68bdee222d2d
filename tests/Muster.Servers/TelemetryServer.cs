using System.Globalization;
using System.Net.Http.Headers;

namespace Muster.Servers;

/// <summary>A real memory of metrics, <c>muster-server telemetry</c>, on loopback. Whoever uses it references the project, so that the program stands beside the test.</summary>
public sealed class TelemetryServer : IAsyncDisposable
{
    readonly ServerFolder _folder = new();
    ServerProcess? _process;

    TelemetryServer() { }

    public int Port { get; } = Ports.Free();

    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/"));

    /// <param name="scrape">What it scrapes, as JSON; it is read again when <see cref="Scrape"/> writes another.</param>
    /// <param name="key">With it, requests need this key, and belong to the project <c>shop</c>.</param>
    public static async Task<TelemetryServer> Start(CancellationToken cancel, string? scrape = null, string? key = null)
    {
        var server = new TelemetryServer();
        if (scrape is not null) server.Scrape(scrape);
        if (key is not null)
        {
            server._folder.Write("key", key);
            server._folder.Write("projects.json", $$"""{ "projects": [ { "name": "shop", "keys": [ "file:{{server._folder.PathOf("key")}}" ] } ] }""");
        }

        try { await server.Begin(cancel); }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    /// <summary>A scrape each second of these addresses, under a job of this name.</summary>
    public static string Config(string job, params string[] targets) =>
        $$"""{ "global": { "scrape_interval": "1s", "scrape_timeout": "1s" }, "scrape_configs": [ { "job_name": "{{job}}", "static_configs": [ { "targets": [ {{string.Join(", ", targets.Select(target => $"\"{target}\""))}} ] } ] } ] }""";

    public void Scrape(string config) => _folder.Write("scrape.json", config);

    /// <summary>Sends a request of remote write 1.0, compressed already.</summary>
    public async Task Write(byte[] compressed, string? key, CancellationToken cancel)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Address, "api/v1/write"));
        request.Content = new ByteArrayContent(compressed);
        request.Content.Headers.ContentType = new("application/x-protobuf");
        request.Content.Headers.ContentEncoding.Add("snappy");
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await http.SendAsync(request, cancel);
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
    public async Task Begin(CancellationToken cancel)
    {
        if (_process is not null) await _process.DisposeAsync();
        string[] more = [.. File.Exists(_folder.PathOf("scrape.json")) ? (string[])["--scrape", "scrape.json"] : [], .. File.Exists(_folder.PathOf("projects.json")) ? (string[])["--projects", "projects.json"] : []];
        _process = await ServerProcess.Start(_folder, "dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "muster-server.dll"), "telemetry", "--listen", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}"), "--data", "data",
            "--otlp-http", "none", "--otlp-grpc", "none", "--no-own-metrics", .. more,
        ], () => PrometheusServer.Ready(Address, "-/ready"), cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Dispose();
    }
}
