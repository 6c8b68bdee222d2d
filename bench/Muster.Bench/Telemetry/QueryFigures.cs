using System.Diagnostics;
using System.Globalization;

namespace Muster.Bench.Telemetry;

/// <summary>Twenty queries as dashboards and alerts ask them, over the same two hours in each server, one after the other; the peer's cache of results is off.</summary>
static class QueryFigures
{
    const int Series = 10_000;
    const int Scrapes = 480;
    const int Times = 5;

    static readonly string[] Queries =
    [
        "node_load1",
        "sum(node_load1)",
        "rate(node_cpu_seconds_total[5m])",
        "sum by (instance) (rate(node_cpu_seconds_total[5m]))",
        "sum by (mode) (rate(node_cpu_seconds_total[1m]))",
        "avg without (device, mode) (rate(node_network_receive_bytes_total[5m]))",
        "topk(5, rate(node_network_receive_bytes_total[5m]))",
        "quantile(0.99, node_hwmon_temp_celsius)",
        "max_over_time(node_hwmon_temp_celsius[10m])",
        "avg_over_time(node_memory_bytes[30m])",
        "sum by (instance) (node_memory_bytes) / on (instance) group_left count by (instance) (node_memory_bytes)",
        "rate(node_cpu_seconds_total[5m]) / on (instance, device, mode) rate(node_cpu_seconds_total[10m])",
        "{instance=~\"host-0000[0-4].*\"}",
        "count({job=\"node\"})",
        "node_hwmon_temp_celsius > 20",
        "increase(node_network_receive_bytes_total{instance=\"host-00003:9100\"}[1h])",
        "changes(node_memory_bytes[15m])",
        "histogram_quantile(0.9, sum by (le) (label_replace(node_load1, \"le\", \"+Inf\", \"job\", \".*\")))",
        "deriv(node_hwmon_temp_celsius[10m])",
        "max_over_time(sum(rate(node_cpu_seconds_total[5m]))[30m:1m])",
    ];

    public static readonly IReadOnlyList<Contest> All =
    [
        Of(MetricServer.OfVictoria, "VictoriaMetrics", isRange: true),
        Of(MetricServer.OfPrometheus, "Prometheus", isRange: true),
        Of(MetricServer.OfVictoria, "VictoriaMetrics", isRange: false),
        Of(MetricServer.OfPrometheus, "Prometheus", isRange: false),
    ];

    static Contest Of(Func<MetricServer> theirs, string name, bool isRange) => new(string.Create(CultureInfo.InvariantCulture, $"twenty {(isRange ? "range queries over an hour" : "instant queries")}, {Series:N0} series, beside {name}"), new Goal.Times(1), "queries", () =>
    {
        var (ours, peer) = (MetricServer.OfMuster(), theirs());
        var end = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 15_000 * 15_000;
        foreach (var server in (MetricServer[])[ours, peer]) Fill(server, end);
        var (oursFilled, peerFilled) = (ours.Peak(), peer.Peak());
        var (mine, other) = (new Asker(ours, end, isRange), new Asker(peer, end, isRange));
        mine.Cold();
        other.Cold();
        return new(new("Muster", mine.All, ours.Peak) { Elsewhere = true }, new(peer.Name, other.All, peer.Peak) { Elsewhere = true }, () =>
        {
            mine.Dispose();
            other.Dispose();
            ours.Dispose();
            peer.Dispose();
        })
        {
            Note = () => string.Create(CultureInfo.InvariantCulture, $"peak memory before the first query {oursFilled / 1_000_000} and {peerFilled / 1_000_000} MB; {mine.Told}, and {other.Told}; medians in milliseconds, Muster's and the peer's: ")
                + string.Join("; ", Queries.Select(query => string.Create(CultureInfo.InvariantCulture, $"`{query}` {mine.Median(query) * 1000:0.0} and {other.Median(query) * 1000:0.0}"))),
        };
    })
    { Needs = MetricServer.Missing };

    static void Fill(MetricServer server, long end)
    {
        var shape = new NodeShape(Series);
        using var writer = new RemoteWriter(server.Port);
        for (var scrape = 0; scrape < Scrapes; scrape++)
        {
            writer.Send(shape, end - ((Scrapes - 1 - scrape) * 15_000L));
            shape.Move();
        }

        // What the server does with it afterwards is not a query's.
        Thread.Sleep(TimeSpan.FromSeconds(6));
    }

    sealed class Asker(MetricServer server, long end, bool isRange) : IDisposable
    {
        readonly Dictionary<string, List<double>> _times = [];
        readonly List<double> _cold = [];
        HttpClient _http = server.Client();

        /// <summary>Each query once, as the first that a fresh process is asked.</summary>
        public void Cold()
        {
            _http.Dispose();
            server.Restart();
            _http = server.Client();
            while (!Answers()) Thread.Sleep(20);
            foreach (var query in Queries)
            {
                _cold.Add(Ask(query));
                // An answer without a result would be the fastest of all. VictoriaMetrics has none for the quantile of a histogram of one bucket.
                if (server.Name == "VictoriaMetrics" && query.StartsWith("histogram_quantile", StringComparison.Ordinal)) continue;
                using var answer = _http.Send(Asked(query));
                using var reader = new StreamReader(answer.Content.ReadAsStream());
                if (reader.ReadToEnd().Contains("\"result\":[]", StringComparison.Ordinal)) throw new InvalidOperationException($"{server.Name}: {query} comes to nothing");
            }
        }

        bool Answers()
        {
            using var answer = _http.GetAsync(new Uri("api/v1/labels", UriKind.Relative)).GetAwaiter().GetResult();
            return answer.IsSuccessStatusCode;
        }

        public Sample All()
        {
            var began = Stopwatch.GetTimestamp();
            foreach (var query in Queries)
            {
                if (!_times.TryGetValue(query, out var times)) _times.Add(query, times = []);
                for (var n = 0; n < Times; n++) times.Add(Ask(query));
            }

            return new(Queries.Length * Times, Stopwatch.GetElapsedTime(began).TotalSeconds);
        }

        HttpRequestMessage Asked(string query)
        {
            KeyValuePair<string, string>[] when = isRange ? [new("start", Seconds(end - 3_600_000)), new("end", Seconds(end)), new("step", "15")] : [new("time", Seconds(end))];
            return new(HttpMethod.Post, isRange ? "api/v1/query_range" : "api/v1/query") { Content = new FormUrlEncodedContent([new("query", query), new("nocache", "1"), .. when]) };
        }

        double Ask(string query)
        {
            using var message = Asked(query);
            var began = Stopwatch.GetTimestamp();
            using var answer = _http.Send(message);
            using var body = answer.Content.ReadAsStream();
            body.CopyTo(Stream.Null);
            if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{server.Name}: {query}: {(int)answer.StatusCode}");
            return Stopwatch.GetElapsedTime(began).TotalSeconds;
        }

        public string Told => string.Create(CultureInfo.InvariantCulture, $"{server.Name} warm p50 {Share(_times.Values.SelectMany(static one => one), 0.5):0.0} ms, p99 {Share(_times.Values.SelectMany(static one => one), 0.99):0.0} ms, each query's first after a start p50 {Share(_cold, 0.5):0.0} ms, slowest {Share(_cold, 1):0.0} ms");

        static double Share(IEnumerable<double> seconds, double share)
        {
            double[] sorted = [.. seconds.Order()];
            return sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))] * 1000;
        }

        public void Dispose() => _http.Dispose();

        public double Median(string query) => Rounds.Middle([.. _times[query].Order()]);

        static string Seconds(long milliseconds) => (milliseconds / 1000).ToString(CultureInfo.InvariantCulture);
    }
}
