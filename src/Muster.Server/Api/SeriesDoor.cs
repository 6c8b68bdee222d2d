using Muster.Server.Projects;

namespace Muster.Server.Api;

/// <summary>What series there are, by which labels, with which values; and what their families say of themselves.</summary>
static class SeriesDoor
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods("/api/v1/series", ["GET", "POST"], Series);
        app.MapMethods("/api/v1/labels", ["GET", "POST"], Labels);
        app.MapGet("/api/v1/label/{name}/values", Values);
        app.MapGet("/api/v1/metadata", Metadata);
        app.MapMethods("/api/v1/admin/tsdb/delete_series", ["POST", "PUT"], Delete);
        app.MapMethods("/api/v1/admin/tsdb/snapshot", ["POST", "PUT"], Snapshot);
    }

    static (long From, long To) Span(Asked asked) => (asked.Time("start", long.MinValue / 2), asked.Time("end", long.MaxValue / 2));

    static async Task Series(HttpContext context)
    {
        var asked = await Asked.Of(context);
        var selectors = asked.Selectors();
        if (selectors.Count == 0) throw new BadRequest("no match[] parameter provided");
        var (from, to) = Span(asked);
        var found = ProjectSet.Of(context).Store.Series(selectors, from, to, asked.Limit(), context.RequestAborted);
        await PrometheusJson.Write(context, json =>
        {
            json.WriteStartArray();
            foreach (var labels in found) PrometheusJson.Metric(json, labels);
            json.WriteEndArray();
        });
    }

    static async Task Labels(HttpContext context)
    {
        var asked = await Asked.Of(context);
        var (from, to) = Span(asked);
        await Texts(context, ProjectSet.Of(context).Store.LabelNames(asked.Selectors(), from, to, asked.Limit(), context.RequestAborted));
    }

    static async Task Values(HttpContext context)
    {
        var asked = await Asked.Of(context);
        var (from, to) = Span(asked);
        var name = LabelEscape.Read((string)context.Request.RouteValues["name"]!);
        await Texts(context, ProjectSet.Of(context).Store.LabelValues(name, asked.Selectors(), from, to, asked.Limit(), context.RequestAborted));
    }

    static Task Texts(HttpContext context, IReadOnlyList<string> texts) => PrometheusJson.Write(context, json =>
    {
        json.WriteStartArray();
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    });

    static async Task Metadata(HttpContext context)
    {
        var asked = await Asked.Of(context);
        var found = ProjectSet.Of(context).Store.Metadata(asked.Text("metric"), asked.Limit());
        await PrometheusJson.Write(context, json =>
        {
            json.WriteStartObject();
            foreach (var family in found.GroupBy(one => one.Family))
            {
                json.WriteStartArray(family.Key);
                foreach (var one in family)
                {
                    json.WriteStartObject();
                    json.WriteString("type"u8, one.Kind);
                    json.WriteString("help"u8, one.Help);
                    json.WriteString("unit"u8, one.Unit);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        });
    }

    static async Task Delete(HttpContext context)
    {
        NeedsAdmin(context);
        var asked = await Asked.Of(context);
        var selectors = asked.Selectors();
        if (selectors.Count == 0) throw new BadRequest("no match[] parameter provided");
        var (from, to) = Span(asked);
        ProjectSet.Of(context).Store.Delete(selectors, from, to, context.RequestAborted);
        context.Response.StatusCode = 204;
    }

    static async Task Snapshot(HttpContext context)
    {
        NeedsAdmin(context);
        var options = context.RequestServices.GetRequiredService<TelemetryOptions>();
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var name = now.ToString("yyyyMMdd'T'HHmmss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        await ProjectSet.Of(context).Store.Snapshot(Path.Combine(options.Data, "snapshots", name), context.RequestAborted);
        await PrometheusJson.Write(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("name"u8, name);
            json.WriteEndObject();
        });
    }

    static void NeedsAdmin(HttpContext context)
    {
        if (!context.RequestServices.GetRequiredService<TelemetryOptions>().Admin) throw new BadRequest("admin APIs disabled: start with --admin");
    }
}
