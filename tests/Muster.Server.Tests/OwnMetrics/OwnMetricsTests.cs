using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Server.Keys;
using Muster.Server.OwnMetrics;
using Muster.Server.Projects;
using Muster.Server.Tests.Otlp;
using Muster.Telemetry.Series;

namespace Muster.Server.Tests.OwnMetrics;

public sealed class OwnMetricsTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_comes_to_a_door_is_counted()
    {
        await using var server = await RunningServer.Start();
        for (var turn = 0; turn < 3; turn++) await server.Http.GetStringAsync("/api/v1/query?query=1", Cancel);
        using var refused = await server.Http.GetAsync("/api/v1/query?query=(", Cancel);
        var text = await server.Http.GetStringAsync("/metrics", Cancel);
        Assert.Contains("muster_http_requests_total{code=\"200\",door=\"/api/v1/query\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("muster_http_requests_total{code=\"400\",door=\"/api/v1/query\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("muster_http_request_duration_seconds_bucket{door=\"/api/v1/query\",le=\"+Inf\"} 4\n", text, StringComparison.Ordinal);
        Assert.Contains("muster_store_series{project=\"default\"} 0\n", text, StringComparison.Ordinal);
        Assert.EndsWith("# EOF\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_kept_in_a_project_of_its_own()
    {
        await using var server = await RunningServer.Start(change: options => options with { KeepsOwnMetrics = true });
        var projects = server.Services.GetRequiredService<ProjectSet>();
        var writing = new OwnMetricsWriting(server.Services.GetRequiredService<OwnState>(), projects, TimeProvider.System, NullLogger<OwnMetricsWriting>.Instance);
        await writing.Write(projects.Named(ProjectSet.Own)!, Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/query?query=process_resident_memory_bytes{job=%22muster%22}>0");
        request.Headers.Add(KeyGate.ProjectHeader, "muster");
        using var answer = await server.Http.SendAsync(request, Cancel);
        Assert.Contains("\"value\"", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.DoesNotContain("\"value\"", await server.Http.GetStringAsync("/api/v1/query?query=process_resident_memory_bytes", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_sample_that_is_taken_is_counted_once()
    {
        await using var server = await RunningServer.Start(new LineMetrics());
        foreach (var name in new[] { "a", "b|c" })
        {
            using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(name)) { Headers = { ContentType = new("application/x-protobuf") } };
            using var answer = await server.Http.PostAsync("/v1/metrics", content, Cancel);
        }

        Assert.Contains("muster_intake_samples_total{project=\"default\"} 3\n", await server.Http.GetStringAsync("/metrics", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_of_a_label_is_escaped()
    {
        var text = OwnText.Of([new("a", "gauge", "Help.", [new("", [new("x", "q\"b\\n\n")], 1.5)])], _ => true);
        Assert.Equal("# TYPE a gauge\n# HELP a Help.\na{x=\"q\\\"b\\\\n\\n\"} 1.5\n# EOF\n", text);
    }
}
