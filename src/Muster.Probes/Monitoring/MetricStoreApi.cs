using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Muster's own memory of metrics over its HTTP API, asked of one moment: what answers must say that it is Muster, since only then its statistics mean what is read from them here.</summary>
/// <param name="now">The moment, in seconds since 1970 by the server's clock.</param>
/// <param name="lookback">How far back a sample counts as the value of now, in seconds.</param>
sealed class MetricStoreApi(PrometheusApi api, double now, double lookback)
{
    public double Now => now;

    public static async Task<MetricStoreApi> Of(Given given, double lookback, ProbeContext context, CancellationToken cancel)
    {
        var api = await PrometheusApi.Of(given, context, cancel);
        await Told(api, cancel);
        return new(api, Math.Floor(await api.Time(cancel) * 1000) / 1000, lookback);
    }

    /// <summary>Which process it is, and of which version.</summary>
    public async Task<Value> Identity(CancellationToken cancel)
    {
        var build = await Told(api, cancel);
        var runtime = await api.Data("/api/v1/status/runtimeinfo", cancel);
        return ((Value.Fields?)api.Http.Last ?? Value.Fields.Empty).With(("version", build.Text("musterVersion")), ("started", runtime.Text("startTime")));
    }

    static async Task<Value> Told(PrometheusApi api, CancellationToken cancel)
    {
        var build = await api.Data("/api/v1/status/buildinfo", cancel);
        return build.Text("application") == "Muster" ? build : throw new Unseen(Blind.Unreadable, "the target is no memory of Muster's (muster telemetry serve); ask prometheus.query of another engine");
    }

    /// <summary>An instant query of the moment, with the samples that it rests on.</summary>
    public async Task<(List<Sample> Samples, long RestsOn)> Ask(string query, CancellationToken cancel)
    {
        var data = await api.Data(Path($"query?query={Uri.EscapeDataString(query)}&time={now:0.###}&lookback_delta={lookback:0.###}&stats=all"), cancel);
        return (PrometheusApi.Samples(data), RestsOn(data));
    }

    /// <summary>What stands under <c>data</c> for a range that ends at the moment.</summary>
    public async Task<(Value Data, long RestsOn)> Range(string query, double over, double step, CancellationToken cancel)
    {
        var data = await api.Data(Path($"query_range?query={Uri.EscapeDataString(query)}&start={now - over:0.###}&end={now:0.###}&step={step:0.###}&lookback_delta={lookback:0.###}&stats=all"), cancel);
        return (data, RestsOn(data));
    }

    /// <summary>A number for each piece of a window that ends at the moment; null where the expression gives none. Each is of the piece's end.</summary>
    /// <param name="expression">At most one series.</param>
    public async Task<double?[]> Pieces(string expression, double piece, int count, CancellationToken cancel)
    {
        var (data, _) = await Range(expression, piece * (count - 1), piece, cancel);
        var found = new double?[count];
        foreach (var pair in data.Items("result").SelectMany(one => one.Items("values")))
        {
            var sample = Sample.Of(Value.Fields.Empty, pair);
            var at = count - 1 - (int)Math.Round((now - sample.At) / piece);
            if (at >= 0 && at < count) found[at] = sample.Value;
        }

        return found;
    }

    static string Path(FormattableString of) => "/api/v1/" + of.ToString(CultureInfo.InvariantCulture);

    /// <summary>The samples that the server read, or where it is less, those that its windows held: it may read one into several windows, and more than a window holds.</summary>
    static long RestsOn(Value data) => data.Number("stats", "samples", "samplesRead") is { } read && data.Number("stats", "samples", "totalQueryableSamples") is { } held
        ? (long)Math.Min(read, held)
        : throw new Unseen(Blind.Unreadable, "the answer does not tell how many samples it rests on");
}
