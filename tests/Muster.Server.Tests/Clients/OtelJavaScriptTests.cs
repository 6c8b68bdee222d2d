using System.Globalization;
using System.Text.Json;
using Muster.Servers;

namespace Muster.Server.Tests.Clients;

/// <summary>OpenTelemetry's SDK for Node with each of its three exporters, as npm has them.</summary>
public sealed class OtelJavaScriptTests(OtelJavaScriptTests.Installed installed) : IClassFixture<OtelJavaScriptTests.Installed>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("proto", "cumulative", "none")]
    [InlineData("proto", "delta", "gzip")]
    [InlineData("http", "cumulative", "gzip")]
    [InlineData("http", "delta", "none")]
    [InlineData("grpc", "cumulative", "none")]
    [InlineData("grpc", "delta", "gzip")]
    public async Task What_each_instrument_recorded_is_read_back_exactly(string exporter, string temporality, string compression)
    {
        await using var server = await RunningServer.Start();
        var url = exporter == "grpc" ? server.Grpc.BaseAddress!.ToString() : new Uri(server.Http.BaseAddress!, "v1/metrics").ToString();
        await ServerProcess.Run(installed.Folder, "node", [installed.Folder.PathOf("send.cjs"), exporter, url, temporality, compression], Cancel);

        Assert.Equal(15, await Value(server, "http_server_requests_total{http_method=\"GET\", job=\"client\", instance=\"one\", otel_scope_name=\"lib\"}"));
        Assert.Equal(15, await Value(server, "{\"http.server.requests\", \"http.method\"=\"GET\"}"));
        // A sum that may fall is a gauge: of differences only the last can be known, so it is summed up too.
        Assert.Equal(3, await Value(server, "connections_open"));
        Assert.Equal(3, await Value(server, "http_server_duration_seconds_bucket{le=\"0.1\"}"));
        Assert.Equal(6, await Value(server, "http_server_duration_seconds_bucket{le=\"10.0\"}"));
        Assert.Equal(6, await Value(server, "http_server_duration_seconds_count"));
        Assert.Equal(15.15, await Value(server, "http_server_duration_seconds_sum"), 9);
        Assert.Equal(6, await Value(server, "histogram_count(size_bytes)"));
        Assert.Equal(3009, await Value(server, "histogram_sum(size_bytes)"));
        Assert.Equal(21.5, await Value(server, "temperature_celsius{room=\"a\"}"));
        // Nothing is left of this resource once job and instance are made, so there is no series of it.
        Assert.Equal(0, await Value(server, "count(target_info) or vector(0)"));
    }

    static async Task<double> Value(RunningServer server, string query)
    {
        using var json = JsonDocument.Parse(await server.Http.GetStringAsync(new Uri("api/v1/query?query=" + Uri.EscapeDataString(query), UriKind.Relative), Cancel));
        var result = json.RootElement.GetProperty("data").GetProperty("result");
        Assert.True(result.GetArrayLength() == 1, $"{query}: {result}");
        return double.Parse(result[0].GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
    }

    /// <summary>The packages, installed once as locked.</summary>
    public sealed class Installed : IAsyncLifetime
    {
        public ServerFolder Folder { get; } = new();

        public async ValueTask InitializeAsync()
        {
            foreach (var file in new[] { "package.json", "package-lock.json", "send.cjs" }) File.Copy(Path.Combine(AppContext.BaseDirectory, "Clients", "otel-js", file), Folder.PathOf(file));
            await ServerProcess.Run(Folder, "npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], TestContext.Current.CancellationToken);
        }

        public ValueTask DisposeAsync()
        {
            Folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
