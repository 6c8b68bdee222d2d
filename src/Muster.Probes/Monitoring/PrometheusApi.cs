using System.Globalization;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// The HTTP API of Prometheus, as far as probes ask it (https://prometheus.io/docs/prometheus/latest/querying/api/). Engines that speak the same API answer too.
/// </summary>
sealed class PrometheusApi(HttpApi http)
{
    const int Batch = 20;
    const string Index = "muster_index";

    public HttpApi Http => http;

    public static async Task<PrometheusApi> Of(Given given, ProbeContext context, CancellationToken cancel) => new(await HttpApi.Of(given, context, cancel));

    /// <summary>What stands under <c>data</c>. An error of the query is the question's, and a warning means that the answer may lack something.</summary>
    public async Task<Value> Data(string path, CancellationToken cancel)
    {
        var answer = await http.Ask(HttpMethod.Get, path, null, cancel);
        var read = HttpProbe.Json(answer);
        if (answer.Status is 400 or 422 && read.Text("error") is { } wrong) throw new Unseen(Blind.BadQuestion, $"the query is refused: {Bounded.Start(wrong, 300)}");
        var json = HttpApi.Read(path, answer);
        if (json.Text("status") != "success" || json.At("data") is not { } data) throw new Unseen(Blind.Unreadable, $"{path} answers JSON that is not of Prometheus's API; is the target the right server?");
        return json.Items("warnings") is [var first, ..] ? throw new Unseen(Blind.Unreadable, $"the answer may lack something, it says: {Bounded.Start(first.Text() ?? first.ToString(), 300)}") : data;
    }

    /// <summary>Each series of an instant query, in the order of its labels. A scalar is one series without labels.</summary>
    public async Task<List<Sample>> Query(string query, CancellationToken cancel) => Samples(await Data("/api/v1/query?query=" + Uri.EscapeDataString(query), cancel));

    /// <summary>The series of what stands under <c>data</c> of an instant query's answer.</summary>
    public static List<Sample> Samples(Value data) => data.Text("resultType") switch
    {
        "vector" => [.. data.Items("result").Select(series => Sample.Of(series.At("metric") as Value.Fields ?? Value.Fields.Empty, series.At("value")))],
        "scalar" => [Sample.Of(Value.Fields.Empty, data.At("result"))],
        var type => throw new Unseen(Blind.BadQuestion, $"the query gives a {type ?? "result of no type"}; ask for a vector or a scalar, or say \"over\" for a time"),
    };

    /// <summary>Version and start of the process as far as the server tells them, which tells one from the next.</summary>
    public async Task<Value> Identity(CancellationToken cancel)
    {
        var build = await http.Ask(HttpMethod.Get, "/api/v1/status/buildinfo", null, cancel);
        var runtime = await http.Ask(HttpMethod.Get, "/api/v1/status/runtimeinfo", null, cancel);
        // Engines with the same API need not have these pages.
        Value? Told(HttpExchange answer, string field) => answer.Status == 200 ? (Value?)HttpProbe.Json(answer).Text("data", field) : null;
        return ((Value.Fields)runtime.Identity).With(("version", Told(build, "version")), ("revision", Told(build, "revision")), ("started", Told(runtime, "startTime")));
    }

    /// <summary>The server's own time in seconds, so that two clocks need not agree.</summary>
    public async Task<double> Time(CancellationToken cancel) => await Query("time()", cancel) is [{ Value: { } now }] ? now : throw new Unseen(Blind.Unreadable, "the query time() gives no time; is the target the right server?");

    /// <summary>One number for each selector, by an expression that gives at most one sample; null where it gives none. Many are asked in one request.</summary>
    public async Task<double?[]> Each(IReadOnlyList<string> selectors, Func<string, string> expression, CancellationToken cancel)
    {
        var found = new double?[selectors.Count];
        for (var from = 0; from < selectors.Count; from += Batch)
        {
            var query = new StringBuilder();
            for (var i = from; i < Math.Min(from + Batch, selectors.Count); i++)
                query.Append(query.Length == 0 ? "" : " or ").Append(CultureInfo.InvariantCulture, $"label_replace({expression(selectors[i])}, \"{Index}\", \"{i}\", \"\", \"\")");
            foreach (var sample in await Query(query.ToString(), cancel))
                if (sample.Labels.At(Index) is Value.Text { Is: var index } && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var i) && i < found.Length) found[i] = sample.Value;
        }

        return found;
    }
}

/// <summary>One series' value at one time. What is no finite number has none.</summary>
readonly record struct Sample(Value.Fields Labels, double At, double? Value)
{
    /// <param name="pair"><c>[ seconds, "value" ]</c></param>
    public static Sample Of(Value.Fields labels, Value? pair) => pair is Readiness.Value.Items { Are: [Readiness.Value.Number at, Readiness.Value.Text text] } && Number(text.Is) is { } number
        ? new(labels, at.Is, double.IsFinite(number) ? number : null)
        : throw new Unseen(Blind.Unreadable, "a sample is not a time and a value");

    /// <summary>A number as it is written there, finite or not; null if it is none.</summary>
    public static double? Number(string text) => text switch
    {
        "NaN" or "nan" => double.NaN,
        "+Inf" or "Inf" or "+inf" or "inf" => double.PositiveInfinity,
        "-Inf" or "-inf" => double.NegativeInfinity,
        [.., not ('y' or 'N' or '\u221e')] when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };
}
