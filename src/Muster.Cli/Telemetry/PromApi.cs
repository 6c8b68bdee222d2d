using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Muster.Probes;

namespace Muster.Cli.Telemetry;

/// <summary>A series and its samples: seconds since 1970, and values. A native histogram has its text instead.</summary>
sealed record PromSeries(ImmutableArray<KeyValuePair<string, string>> Labels, ImmutableArray<(double Time, double Value, string? Histogram)> Samples)
{
    /// <summary>As PromQL writes it.</summary>
    public string Name
    {
        get
        {
            var metric = Labels.FirstOrDefault(label => label.Key == "__name__").Value ?? "";
            var rest = string.Join(", ", Labels.Where(label => label.Key != "__name__").Select(label => $"{label.Key}=\"{Escaped(label.Value)}\""));
            return rest.Length > 0 || metric.Length == 0 ? $"{metric}{{{rest}}}" : metric;
        }
    }

    /// <summary>No label can break a line of the terminal, or colour it.</summary>
    static string Escaped(string value)
    {
        var text = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return text.Any(char.IsControl) ? string.Concat(text.Select(letter => char.IsControl(letter) ? string.Create(CultureInfo.InvariantCulture, $"\\x{(int)letter:x2}") : letter.ToString())) : text;
    }
}

/// <summary>What a query came to. A scalar is one series without labels.</summary>
/// <param name="Text">Of a result that is a text.</param>
sealed record PromAnswer(string Kind, ImmutableArray<PromSeries> Series, string? Text, ImmutableArray<string> Notes);

/// <summary>Prometheus' HTTP API (<see href="https://prometheus.io/docs/prometheus/latest/querying/api/"/>), over the outbound guard.</summary>
sealed class PromApi(Host host, Uri url, string? key = null) : IDisposable
{
    readonly ImmutableArray<KeyValuePair<string, string>> _usual = key is null ? Usual : [.. Usual, new("Authorization", "Bearer " + key)];
    const string Root = "--url names the server's root, as http://127.0.0.1:7280; what lies behind a path is asked with it";
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);
    readonly Calling _calling = new(new OutboundGuard(), host.Clock);

    /// <exception cref="Refusal">It is no URL.</exception>
    public static Uri Url(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0
        ? url.UserInfo.Length > 0 ? throw Refusal.Usage("the URL carries credentials", "leave them out: they would stand in the list of processes") : url
        : throw Refusal.Usage($"{text} is no URL", "as http://127.0.0.1:7280");

    /// <summary>The body of <c>/api/v1/…</c>, whole.</summary>
    /// <exception cref="Refusal">There is no answer, or it is an error; what the server says is passed on.</exception>
    public async Task<byte[]> Post(string path, IEnumerable<KeyValuePair<string, string>> form, CancellationToken cancel)
    {
        var body = string.Join('&', form.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));
        return await Ask(new("POST", At(path)) { Body = Encoding.UTF8.GetBytes(body), Headers = [new("Content-Type", "application/x-www-form-urlencoded"), .. _usual] }, form.FirstOrDefault(pair => pair.Key == "query").Value, cancel);
    }

    public Task<byte[]> Get(string path, CancellationToken cancel) => Ask(new("GET", At(path)) { Headers = _usual }, null, cancel);

    static readonly ImmutableArray<KeyValuePair<string, string>> Usual = [new("Accept-Encoding", "gzip"), new("User-Agent", "muster/" + Host.Version)];

    Uri At(string path) => new($"{url.GetLeftPart(UriPartial.Path).TrimEnd('/')}{path}");

    async Task<byte[]> Ask(Call call, string? query, CancellationToken cancel)
    {
        var asked = await _calling.Make(call, Deadline, cancel);
        if (asked is CallResult.NoAnswer none)
        {
            throw new Refusal(ExitCode.Undecided, $"{url.Authority} does not answer: {none.Because}", url.Scheme == "https"
                ? "does it speak TLS there? muster telemetry serve does not: --url http://…" : "is it running there? --url names another place; muster telemetry serve starts one");
        }

        var answered = (CallResult.Answered)asked;
        if (answered.Status == 200) return [.. answered.Body];
        if (answered.Status == 401) throw new Refusal(ExitCode.Undecided, $"{url.Authority} asks for a key{(key is null ? "" : ", and this one is none of its own")}", $"--key-file FILE, or the variable {TelemetryKey.Variable}");
        var status = answered.Status.ToString(CultureInfo.InvariantCulture);
        if (Error(answered) is not { } says) throw new Refusal(ExitCode.Undecided, $"{url.Authority} answered {status}, and not as a Prometheus does", Root);
        throw new Refusal(answered.Status is 400 or 422 ? ExitCode.BadInput : ExitCode.Undecided, $"{url.Authority} answered {status}: {Printable(says)}{(query is null ? "" : QueryMark.Of(says, query))}");
    }

    /// <summary>What the API says of an error; null when that is not it.</summary>
    static string? Error(CallResult.Answered answered)
    {
        try
        {
            using var json = JsonDocument.Parse(answered.Body.AsMemory());
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("error", out var says) && says.ValueKind == JsonValueKind.String ? says.GetString() : null;
        }
        catch (JsonException) { return null; }
    }

    /// <summary>What a server says cannot colour the terminal, or move in it.</summary>
    static string Printable(string text) => string.Concat(text.Select(letter => char.IsControl(letter) && letter != '\n' ? '?' : letter));

    /// <exception cref="Refusal">The answer is not what the API promises.</exception>
    public static PromAnswer Read(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            var data = root.GetProperty("data");
            var kind = data.GetProperty("resultType").GetString()!;
            var result = data.GetProperty("result");
            ImmutableArray<string> notes = [.. Texts(root, "warnings").Select(text => "warning: " + Printable(text)), .. Texts(root, "infos").Select(text => "info: " + Printable(text))];
            return kind switch
            {
                "scalar" => new(kind, [new([], [Sample(result)])], null, notes),
                "string" => new(kind, [], Printable(result[1].GetString()!), notes),
                _ => new(kind, [.. result.EnumerateArray().Select(Series)], null, notes),
            };
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw new Refusal(ExitCode.Undecided, $"the answer is not that of a Prometheus: {wrong.Message}", Root);
        }
    }

    static IEnumerable<string> Texts(JsonElement root, string name) => root.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(one => one.ToString())] : [];

    static PromSeries Series(JsonElement one)
    {
        var samples = ImmutableArray.CreateBuilder<(double, double, string?)>();
        if (one.TryGetProperty("value", out var value)) samples.Add(Sample(value));
        if (one.TryGetProperty("values", out var values)) samples.AddRange(values.EnumerateArray().Select(Sample));
        if (one.TryGetProperty("histogram", out var histogram)) samples.Add(Histogram(histogram));
        if (one.TryGetProperty("histograms", out var histograms)) samples.AddRange(histograms.EnumerateArray().Select(Histogram));
        samples.Sort((a, b) => a.Item1.CompareTo(b.Item1));
        return new([.. one.GetProperty("metric").EnumerateObject().Select(label => KeyValuePair.Create(label.Name, label.Value.GetString()!)).OrderBy(label => label.Key, StringComparer.Ordinal)], samples.ToImmutable());
    }

    static (double, double, string?) Sample(JsonElement pair) => (pair[0].GetDouble(), Number(pair[1].GetString()!), null);

    static (double, double, string?) Histogram(JsonElement pair) =>
        (pair[0].GetDouble(), double.NaN, $"count {pair[1].GetProperty("count").GetString()}, sum {pair[1].GetProperty("sum").GetString()}, {(pair[1].TryGetProperty("buckets", out var buckets) ? buckets.GetArrayLength() : 0).ToString(CultureInfo.InvariantCulture)} buckets");

    public static double Number(string text) => text switch
    {
        "+Inf" or "Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
    };

    public void Dispose() => _calling.Dispose();
}
