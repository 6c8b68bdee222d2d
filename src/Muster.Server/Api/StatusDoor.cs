using System.Text.Json;
using Muster.Server.OwnMetrics;
using Muster.Server.Projects;
using Muster.Telemetry.Promql.Parsing;
using Muster.Telemetry.Store;

namespace Muster.Server.Api;

/// <summary>What the process says of itself, in the shapes that clients of Prometheus ask for.</summary>
static class StatusDoor
{
    const int Top = 10;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/-/healthy", context => context.Response.WriteAsync("healthy\n"));
        app.MapGet("/-/ready", context => context.Response.WriteAsync("ready\n"));
        app.MapGet("/api/v1/status/buildinfo", context => PrometheusJson.Write(context, json =>
        {
            json.WriteStartObject();
            // Clients choose what they may ask for by this number: it is the level of the API, not ours.
            json.WriteString("version"u8, "3.0.0"u8);
            json.WriteString("application"u8, "Muster"u8);
            json.WriteString("musterVersion"u8, typeof(StatusDoor).Assembly.GetName().Version!.ToString(3));
            json.WriteEndObject();
        }));
        app.MapGet("/api/v1/status/tsdb", Tsdb);
        app.MapGet("/api/v1/status/runtimeinfo", RuntimeInfo);
        app.MapGet("/api/v1/status/flags", context => PrometheusJson.Write(context, json =>
        {
            json.WriteStartObject();
            json.WriteEndObject();
        }));
        app.MapGet("/api/v1/status/config", context => PrometheusJson.Write(context, json =>
        {
            // There is no configuration in YAML; clients that look for one read an empty text.
            json.WriteStartObject();
            json.WriteString("yaml"u8, ""u8);
            json.WriteEndObject();
        }));
        app.MapGet("/api/v1/rules", context => Empty(context, "groups"));
        app.MapGet("/api/v1/alerts", context => Empty(context, "alerts"));
    }

    static Task Empty(HttpContext context, string name) => PrometheusJson.Write(context, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray(name);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    static async Task RuntimeInfo(HttpContext context)
    {
        var options = context.RequestServices.GetRequiredService<TelemetryOptions>();
        var project = ProjectSet.Of(context);
        var live = await context.RequestServices.GetRequiredService<QueryGate>().Run(project, project.Store.Live, context.RequestAborted);
        var began = context.RequestServices.GetRequiredService<OwnState>().Began.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        await PrometheusJson.Write(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("storageRetention"u8, Durations.Text((long)options.Store.Retention.TotalMilliseconds));
            // Tells one process from the next: who looks twice sees whether it was restarted between.
            json.WriteString("startTime"u8, began);
            json.WriteNumber("timeSeriesCount"u8, live);
            json.WriteEndObject();
        });
    }

    static async Task Tsdb(HttpContext context)
    {
        var project = ProjectSet.Of(context);
        var statistics = project.Store.Statistics();
        var cardinality = await context.RequestServices.GetRequiredService<QueryGate>().Run(project, cancel => project.Store.Cardinality(Top, cancel), context.RequestAborted);
        await PrometheusJson.Write(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("headStats"u8);
            json.WriteNumber("numSeries"u8, cardinality.Series);
            json.WriteNumber("minTime"u8, statistics.OldestTime);
            json.WriteNumber("maxTime"u8, statistics.NewestTime);
            json.WriteEndObject();
            Tallies(json, "seriesCountByMetricName", cardinality.ByMetric);
            Tallies(json, "labelValueCountByLabelName", cardinality.ByLabel);
            Tallies(json, "memoryInBytesByLabelName", cardinality.ByLabelBytes);
            Tallies(json, "seriesCountByLabelValuePair", cardinality.ByPair);
            json.WriteStartObject("store"u8);
            json.WriteNumber("samples"u8, statistics.Samples);
            json.WriteNumber("bytesOnDisk"u8, statistics.BytesOnDisk);
            json.WriteNumber("logBytes"u8, statistics.LogBytes);
            json.WriteNumber("blocks"u8, statistics.Blocks);
            json.WriteStartObject("rejected"u8);
            foreach (var (reason, count) in statistics.Rejected) json.WriteNumber(reason.ToString(), count);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    static void Tallies(Utf8JsonWriter json, string name, IReadOnlyList<Tally> tallies)
    {
        json.WriteStartArray(name);
        foreach (var tally in tallies)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, tally.Name);
            json.WriteNumber("value"u8, tally.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
