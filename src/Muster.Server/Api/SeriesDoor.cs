using System.Collections.Immutable;
using System.Text.Json;
using Muster.Server.Projects;
using Muster.Telemetry.Intake.Otlp;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store;

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
        var selectors = Selectors(context, asked);
        if (selectors.Count == 0) throw new BadRequest("no match[] parameter provided");
        var (from, to) = Span(asked);
        var limit = asked.Limit();
        await Find(context, limit, PrometheusJson.Metric, (store, cancel) => store.Series(selectors, from, to, OneMore(limit), cancel));
    }

    static async Task Labels(HttpContext context)
    {
        var asked = await Asked.Of(context);
        var selectors = Selectors(context, asked);
        var (from, to) = Span(asked);
        var limit = asked.Limit();
        await Find(context, limit, Text, (store, cancel) => store.LabelNames(selectors, from, to, OneMore(limit), cancel));
    }

    static async Task Values(HttpContext context)
    {
        var asked = await Asked.Of(context);
        var selectors = Selectors(context, asked);
        var (from, to) = Span(asked);
        var limit = asked.Limit();
        var name = LabelEscape.Read((string)context.Request.RouteValues["name"]!);
        var stored = NamesAsSent.Label(name);
        await Find(context, limit, Text, (store, cancel) =>
        {
            var found = store.LabelValues(name, selectors, from, to, OneMore(limit), cancel);
            return stored == name ? found : [.. found.Union(store.LabelValues(stored, selectors, from, to, OneMore(limit), cancel)).Order(StringComparer.Ordinal)];
        });
    }

    /// <summary>What is found in the store's own names too, where senders have others.</summary>
    static IReadOnlyList<ImmutableArray<Matcher>> Selectors(HttpContext context, Asked asked)
    {
        var store = ProjectSet.Of(context).Store;
        return [.. asked.Selectors().SelectMany(matchers => NamesAsSent.Sets(matchers, store.FamilySentAs))];
    }

    /// <summary>Looking for series is a query like others: so many at a time, each for so long, and so much of what they find in memory.</summary>
    static Task Find<T>(HttpContext context, int limit, Action<Utf8JsonWriter, T> write, Func<MetricStore, CancellationToken, IReadOnlyList<T>> find)
    {
        // What a series is called takes as much memory as so many samples, about.
        const int Samples = 16;
        var project = ProjectSet.Of(context);
        var gate = context.RequestServices.GetRequiredService<QueryGate>();
        return gate.Run(project, TimeSpan.MaxValue, cancel => Cut(find(project.Store, cancel), limit), static answer => (long)answer.Found.Count * Samples,
            (answer, cancel) => PrometheusJson.List(context, answer.Found, write, answer.Warnings, cancel), context.RequestAborted);
    }

    static void Text(Utf8JsonWriter json, string text) => json.WriteStringValue(text);

    /// <summary>Whether something is left out is only known when one more is asked for.</summary>
    static int OneMore(int limit) => limit is 0 or int.MaxValue ? 0 : limit + 1;

    static (IReadOnlyList<T> Found, string[] Warnings) Cut<T>(IReadOnlyList<T> found, int limit) => limit > 0 && found.Count > limit ? ([.. found.Take(limit)], [PrometheusJson.Truncated]) : (found, []);

    static async Task Metadata(HttpContext context)
    {
        var asked = await Asked.Of(context);
        var store = ProjectSet.Of(context).Store;
        var found = store.Metadata(asked.Text("metric") is { } metric ? store.FamilySentAs(metric) ?? metric : null, asked.Limit());
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
        var selectors = Selectors(context, asked);
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
