using System.Diagnostics;
using System.Text.Json;
using Muster.Server.Projects;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Intake.Otlp;
using Muster.Telemetry.Promql;
using Muster.Telemetry.Promql.Ast;
using Muster.Telemetry.Promql.Parsing;
using Muster.Telemetry.Series;

namespace Muster.Server.Api;

/// <summary>Queries, instant and over ranges, and what is done with their text.</summary>
static class QueryDoor
{
    /// <summary>Most steps of one series: more cannot be drawn, and a mistake in the step would read everything.</summary>
    const int MostSteps = 11_000;

    /// <summary>What one takes of memory, in samples, about.</summary>
    const int SamplesOfExemplar = 16;

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
        var limit = asked.Limit();
        var options = host.Query with { Lookback = asked.Duration("lookback_delta") is > 0 and var lookback ? lookback : host.Query.Lookback, Explain = stats == "all" };
        var longest = asked.Duration("timeout") is { } given ? TimeSpan.FromMilliseconds(given) : host.QueryTime;
        if (longest <= TimeSpan.Zero) throw new QueryProblem(QueryProblemKind.Timeout, "query timed out in query queue");
        var began = Stopwatch.GetTimestamp();
        var store = project.Store;
        await context.RequestServices.GetRequiredService<QueryGate>().Run(project, longest, cancel =>
        {
            var waited = Stopwatch.GetElapsedTime(began);
            var result = Asked.Read("query", query, text => ask(new NamesAsSent(store, store.FamilySentAs), text, options, cancel));
            return (result, waited, took: Stopwatch.GetElapsedTime(began));
        }, answer => Size(answer.result.Value), async (answer, cancel) =>
        {
            var (result, waited, took) = answer;
            var (value, cut) = Limited(result.Value, limit);
            await PrometheusJson.Answer(context, value, stats is null ? null : json => Statistics(json, result.Statistics, waited, took), cut ? [.. result.Warnings, PrometheusJson.Truncated] : result.Warnings, result.Infos, cancel);
        }, context.RequestAborted);
    }

    /// <summary>Samples; a histogram counts by its buckets, two of which are one.</summary>
    static long Size(QueryValue value) => value switch
    {
        VectorValue vector => vector.Samples.Length + vector.Samples.Sum(static sample => Size(sample.Histogram)),
        MatrixValue matrix => matrix.Series.Sum(static series => series.Times.Length + (series.Histograms?.Sum(Size) ?? 0)),
        _ => 1,
    };

    static long Size(NativeHistogram? histogram) => histogram is null ? 0 : (histogram.PositiveBuckets.Length + histogram.NegativeBuckets.Length) / 2;

    static (QueryValue Value, bool Cut) Limited(QueryValue value, int limit) => (limit, value) switch
    {
        ( > 0, VectorValue vector) when vector.Samples.Length > limit => (new VectorValue(vector.Samples[..limit]), true),
        ( > 0, MatrixValue matrix) when matrix.Series.Length > limit => (new MatrixValue(matrix.Series[..limit]), true),
        _ => (value, false),
    };

    static void Statistics(Utf8JsonWriter json, QueryStatistics statistics, TimeSpan waited, TimeSpan took)
    {
        json.WriteStartObject("stats"u8);
        json.WriteStartObject("timings"u8);
        json.WriteNumber("evalTotalTime"u8, (took - waited).TotalSeconds);
        json.WriteNumber("resultSortTime"u8, 0);
        json.WriteNumber("queryPreparationTime"u8, 0);
        json.WriteNumber("innerEvalTime"u8, (took - waited).TotalSeconds);
        json.WriteNumber("execQueueTime"u8, waited.TotalSeconds);
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
        var parsed = Parsed(await Asked.Of(context));
        await PrometheusJson.Write(context, json => ParseTree.Write(json, parsed));
    }

    static async Task Format(HttpContext context)
    {
        var parsed = Parsed(await Asked.Of(context));
        await PrometheusJson.Write(context, json => json.WriteStringValue(PromqlPrinter.Pretty(parsed)));
    }

    static Expression Parsed(Asked asked) => Asked.Read("query", asked.Needed("query"), static text => PromqlParser.Parse(text));

    static async Task Exemplars(HttpContext context)
    {
        var asked = await Asked.Of(context);
        var project = ProjectSet.Of(context);
        var store = project.Store;
        var (start, end) = (asked.Time("start", long.MinValue), asked.Time("end", long.MaxValue));
        if (end < start) throw new BadRequest("end timestamp must not be before start timestamp");
        var selectors = PromqlSelectors.In(Parsed(asked)).SelectMany(selector => NamesAsSent.Sets(selector.Matchers, store.FamilySentAs)).ToList();
        // What several selectors find stands there once. All that are kept may be asked for: fewer would be the oldest, and nobody would know.
        await context.RequestServices.GetRequiredService<QueryGate>().Run(project, TimeSpan.MaxValue,
            cancel => selectors.SelectMany(matchers => store.Exemplars(matchers, start, end, 0, cancel)).Distinct().OrderBy(static one => one.Exemplar.Time).GroupBy(static one => one.Series).ToList(),
            static found => found.Sum(static series => (long)series.Count()) * SamplesOfExemplar, (found, cancel) => PrometheusJson.List(context, found, Exemplars, [], cancel), context.RequestAborted);
    }

    static void Exemplars(Utf8JsonWriter json, IGrouping<Labels, (Labels Series, Exemplar Exemplar)> series)
    {
        json.WriteStartObject();
        PrometheusJson.Metric(json, "seriesLabels"u8, series.Key);
        json.WriteStartArray("exemplars"u8);
        foreach (var (_, exemplar) in series)
        {
            json.WriteStartObject();
            PrometheusJson.Metric(json, "labels"u8, exemplar.Labels);
            json.WriteString("value"u8, PrometheusJson.Text(exemplar.Value));
            json.WritePropertyName("timestamp"u8);
            PrometheusJson.Time(json, exemplar.Time);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
