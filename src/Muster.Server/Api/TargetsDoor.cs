using Muster.Server.Projects;
using Muster.Server.Scraping;
using Muster.Telemetry.Scraping;

namespace Muster.Server.Api;

/// <summary>What is scraped, and how it went.</summary>
static class TargetsDoor
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/v1/targets", Targets);

    static Task Targets(HttpContext context)
    {
        // Where they are is the business of the project that they are scraped into, and of no other. None is dropped here: whoever asks for those is shown none.
        var isOwn = ProjectSet.Of(context) == context.RequestServices.GetRequiredService<ProjectSet>().All.First();
        var targets = isOwn && context.Request.Query["state"] != "dropped" ? context.RequestServices.GetRequiredService<Scraper>().Targets : [];
        return PrometheusJson.Write(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("activeTargets"u8);
            foreach (var target in targets)
            {
                json.WriteStartObject();
                PrometheusJson.Metric(json, "discoveredLabels"u8, target.Discovered);
                PrometheusJson.Metric(json, "labels"u8, target.Labels);
                json.WriteString("scrapePool"u8, target.Job);
                json.WriteString("scrapeUrl"u8, target.ScrapeUrl);
                json.WriteString("globalUrl"u8, target.ScrapeUrl);
                json.WriteString("lastError"u8, target.LastError);
                json.WriteString("lastScrape"u8, target.LastScrape ?? DateTimeOffset.MinValue);
                json.WriteNumber("lastScrapeDuration"u8, target.LastDuration.TotalSeconds);
                json.WriteString("health"u8, target.Health switch { TargetHealth.Up => "up"u8, TargetHealth.Down => "down"u8, _ => "unknown"u8 });
                json.WriteString("scrapeInterval"u8, Telemetry.Promql.Parsing.Durations.Text((long)target.Interval.TotalMilliseconds));
                json.WriteString("scrapeTimeout"u8, Telemetry.Promql.Parsing.Durations.Text((long)target.Timeout.TotalMilliseconds));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("droppedTargets"u8);
            json.WriteEndArray();
            json.WriteStartObject("droppedTargetCounts"u8);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }
}
