using System.Globalization;
using System.Text.RegularExpressions;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// The HTTP API of Prometheus, as far as probes ask it (https://prometheus.io/docs/prometheus/latest/querying/api/). Engines that speak the same API answer too.
/// </summary>
sealed partial class PrometheusApi(HttpApi http)
{
    public static readonly Parameter[] Connection =
    [
        new("headers", Shape.Map, "Request headers, mostly from the target."),
        new("user", Shape.Text, "The user of basic authentication, mostly from the target."),
        new("password", Shape.Text, "Its password; only under targets."),
        new("token", Shape.Text, "A bearer token; only under targets."),
        new("trust", Shape.Text, "A PEM file of the only trusted roots, relative to the document; else this machine's roots."),
    ];

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
    public async Task<List<Sample>> Query(string query, CancellationToken cancel)
    {
        var data = await Data("/api/v1/query?query=" + Uri.EscapeDataString(query), cancel);
        return data.Text("resultType") switch
        {
            "vector" => [.. data.Items("result").Select(series => Sample.Of(series.At("metric") as Value.Fields ?? Value.Fields.Empty, series.At("value")))],
            "scalar" => [Sample.Of(Value.Fields.Empty, data.At("result"))],
            var type => throw new Unseen(Blind.BadQuestion, $"the query gives a {type ?? "result of no type"}; ask for a vector or a scalar, or say \"over\" for a time"),
        };
    }

    /// <summary>When the server was started, which tells one process from the next; null where it does not say.</summary>
    public async Task<Value> Identity(CancellationToken cancel)
    {
        var answer = await http.Ask(HttpMethod.Get, "/api/v1/status/runtimeinfo", null, cancel);
        var started = answer.Status == 200 ? HttpProbe.Json(answer).Text("data", "startTime") : null;
        return ((Value.Fields)answer.Identity).With("started", started is null ? null : (Value)started);
    }

    /// <summary>A selector of one metric and nothing around it: only of such a one does the server know when its samples were taken.</summary>
    public static bool IsSelector(string query) => Selector().IsMatch(query);

    [GeneratedRegex(@"^\s*[a-zA-Z_:][a-zA-Z0-9_:]*\s*(\{[^{}]*\})?\s*$", RegexOptions.NonBacktracking)]
    private static partial Regex Selector();
}

/// <summary>One series' value at one time. What is no finite number has none.</summary>
readonly record struct Sample(Value.Fields Labels, double At, double? Value)
{
    /// <param name="pair"><c>[ seconds, "value" ]</c></param>
    public static Sample Of(Value.Fields labels, Value? pair) => pair is Readiness.Value.Items { Are: [Readiness.Value.Number at, Readiness.Value.Text text] }
        ? new(labels, at.Is, double.TryParse(text.Is, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null)
        : throw new Unseen(Blind.Unreadable, "a sample is not a time and a value");
}
