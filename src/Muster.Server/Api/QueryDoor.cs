using System.Diagnostics;
using System.Text.Json;
using Muster.Server.Projects;
using Muster.Telemetry.Intake.Otlp;
using Muster.Telemetry.Promql;
using Muster.Telemetry.Promql.Parsing;
using Muster.Telemetry.Series;

namespace Muster.Server.Api;

/// <summary>Queries, instant and over ranges, and what is done with their text.</summary>
static class QueryDoor
{
    /// <summary>Most steps of one series: more cannot be drawn, and a mistake in the step would read everything.</summary>
    const int MostSteps = 11_000;

    public static void Map(IEndpointRouteBuilder app)
    {
        foreach (var (path, handler) in new (string, RequestDelegate)[] { ("query", Instant), ("query_range", Range), ("parse_query", Parse), ("format_query", Format), ("query_exemplars", Exemplars) })
        {
            app.MapMethods("/api/v1/" + path, ["GET", "POST"], handler);
        }
    }

    static async Task Instant(HttpContext context)
    {
        var asked = await Asked.Of(context);
        var time = asked.Time("time", context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds());
        await Answer(context, asked, (store, query, options, cancel) => QueryEngine.Instant(store, query, time, options, cancel));
    }

    static async Task Range(HttpContext context)
    {
        var asked = await Asked.Of(context);
        var (start, end) = (asked.NeededTime("start"), asked.NeededTime("end"));
        if (end < start) throw new BadRequest("invalid parameter \"end\": end timestamp must not be before start time");
        var step = asked.Duration("step") ?? throw new BadRequest("invalid parameter \"step\": it is not given");
        if (step <= 0) throw new BadRequest("invalid parameter \"step\": zero or negative query resolution step widths are not accepted. Try a positive integer");
        if ((end - start) / step > MostSteps) throw new BadRequest($"exceeded maximum resolution of {MostSteps:N0} points per timeseries. Try decreasing the query resolution (?step=XX)");
        await Answer(context, asked, (store, query, options, cancel) => QueryEngine.Range(store, query, start, end, step, options, cancel));
    }

    static async Task Answer(HttpContext context, Asked asked, Func<ISeriesSource, string, QueryOptions, CancellationToken, QueryResult> ask)
    {
        var host = context.RequestServices.GetRequiredService<TelemetryOptions>();
        var project = ProjectSet.Of(context);
        var query = asked.Needed("query");
        var stats = asked.Text("stats");
        var options = host.Query with { Lookback = asked.Duration("lookback_delta") ?? host.Query.Lookback, Explain = stats == "all" };
        var longest = asked.Duration("timeout") is { } given ? TimeSpan.FromMilliseconds(Math.Max(1, given)) : host.QueryTime;
        var began = Stopwatch.GetTimestamp();
        var store = project.Store;
        var result = await context.RequestServices.GetRequiredService<QueryGate>().Run(project, longest, cancel => ask(new NamesAsSent(store, store.FamilySentAs), query, options, cancel), context.RequestAborted);
        var took = Stopwatch.GetElapsedTime(began);
        var (value, cut) = Limited(result.Value, asked.Limit());
        await PrometheusJson.Write(context, async json =>
        {
            json.WriteStartObject();
            await PrometheusJson.Value(context, json, value);
            if (stats is not null) Statistics(json, result.Statistics, took);
            json.WriteEndObject();
        }, cut ? [.. result.Warnings, "results truncated due to limit"] : result.Warnings, result.Infos);
    }

    static (QueryValue Value, bool Cut) Limited(QueryValue value, int limit) => (limit, value) switch
    {
        (> 0, VectorValue vector) when vector.Samples.Length > limit => (new VectorValue(vector.Samples[..limit]), true),
        (> 0, MatrixValue matrix) when matrix.Series.Length > limit => (new MatrixValue(matrix.Series[..limit]), true),
        _ => (value, false),
    };

    static void Statistics(Utf8JsonWriter json, QueryStatistics statistics, TimeSpan took)
    {
        json.WriteStartObject("stats"u8);
        json.WriteStartObject("timings"u8);
        json.WriteNumber("evalTotalTime"u8, took.TotalSeconds);
        json.WriteNumber("execTotalTime"u8, took.TotalSeconds);
        json.WriteEndObject();
        json.WriteStartObject("samples"u8);
        json.WriteNumber("totalQueryableSamples"u8, statistics.SamplesQueried);
        json.WriteNumber("peakSamples"u8, statistics.PeakSamples);
        json.WriteNumber("series"u8, statistics.Series);
        json.WriteNumber("samplesRead"u8, statistics.SamplesRead);
        json.WriteEndObject();
        if (!statistics.Nodes.IsEmpty)
        {
            json.WriteStartArray("nodes"u8);
            foreach (var node in statistics.Nodes)
            {
                json.WriteStartObject();
                json.WriteNumber("depth"u8, node.Depth);
                json.WriteString("expression"u8, node.Text);
                json.WriteNumber("seconds"u8, node.Elapsed.TotalSeconds);
                json.WriteNumber("series"u8, node.Series);
                json.WriteNumber("samplesRead"u8, node.SamplesRead);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    static async Task Parse(HttpContext context)
    {
        var parsed = PromqlParser.Parse((await Asked.Of(context)).Needed("query"));
        await PrometheusJson.Write(context, json => ParseTree.Write(json, parsed));
    }

    static async Task Format(HttpContext context)
    {
        var parsed = PromqlParser.Parse((await Asked.Of(context)).Needed("query"));
        await PrometheusJson.Write(context, json => json.WriteStringValue(PromqlPrinter.Pretty(parsed)));
    }

    static async Task Exemplars(HttpContext context)
    {
        var asked = await Asked.Of(context);
        var store = ProjectSet.Of(context).Store;
        var (start, end) = (asked.NeededTime("start"), asked.NeededTime("end"));
        var found = PromqlSelectors.In(PromqlParser.Parse(asked.Needed("query"))).SelectMany(selector => store.Exemplars(selector.Matchers, start, end, 10_000, context.RequestAborted)).GroupBy(one => one.Series).ToList();
        await PrometheusJson.Write(context, json =>
        {
            json.WriteStartArray();
            foreach (var series in found)
            {
                json.WriteStartObject();
                PrometheusJson.Metric(json, "seriesLabels"u8, series.Key);
                json.WriteStartArray("exemplars"u8);
                foreach (var (_, exemplar) in series)
                {
                    json.WriteStartObject();
                    PrometheusJson.Metric(json, "labels"u8, exemplar.Labels);
                    json.WriteString("value"u8, exemplar.Value.ToString("R", System.Globalization.CultureInfo.InvariantCulture));
                    json.WritePropertyName("timestamp"u8);
                    PrometheusJson.Time(json, exemplar.Time);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }
}
