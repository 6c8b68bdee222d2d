using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Muster.Probes.Load;

enum MetricKind { Trend, Rate, Counter, Gauge }

/// <summary>What a metric counts, which decides its unit and the tags that it can be told apart by.</summary>
enum MetricOf { Requests, Iterations, Users, Sockets }

/// <summary>A metric that a threshold can name; the names are k6's where it has the same.</summary>
sealed record Metric(string Name, MetricKind Kind, MetricOf Of, bool Bytes = false)
{
    /// <summary>
    /// <c>http_req_duration</c> is the latency from the intended start, which is what whoever waits for the target sees; <c>http_req_service</c> is the time from the first byte written, which is what
    /// k6 calls http_req_duration.
    /// </summary>
    public static readonly ImmutableArray<Metric> All =
    [
        new("http_req_duration", MetricKind.Trend, MetricOf.Requests),
        new("http_req_service", MetricKind.Trend, MetricOf.Requests),
        new("http_req_blocked", MetricKind.Trend, MetricOf.Requests),
        new("http_req_connecting", MetricKind.Trend, MetricOf.Requests),
        new("http_req_tls_handshaking", MetricKind.Trend, MetricOf.Requests),
        new("http_req_sending", MetricKind.Trend, MetricOf.Requests),
        new("http_req_waiting", MetricKind.Trend, MetricOf.Requests),
        new("http_req_receiving", MetricKind.Trend, MetricOf.Requests),
        new("http_req_failed", MetricKind.Rate, MetricOf.Requests),
        new("http_reqs", MetricKind.Counter, MetricOf.Requests),
        new("checks", MetricKind.Rate, MetricOf.Requests),
        new("data_sent", MetricKind.Counter, MetricOf.Requests, Bytes: true),
        new("data_received", MetricKind.Counter, MetricOf.Requests, Bytes: true),
        new("iterations", MetricKind.Counter, MetricOf.Iterations),
        new("dropped_iterations", MetricKind.Counter, MetricOf.Iterations),
        new("iteration_duration", MetricKind.Trend, MetricOf.Iterations),
        new("vus", MetricKind.Gauge, MetricOf.Users),
        new("vus_max", MetricKind.Gauge, MetricOf.Users),
        new("ws_connecting", MetricKind.Trend, MetricOf.Sockets),
        new("ws_session_duration", MetricKind.Trend, MetricOf.Sockets),
        new("ws_round_trip", MetricKind.Trend, MetricOf.Sockets),
        new("ws_msgs_sent", MetricKind.Counter, MetricOf.Sockets),
        new("ws_msgs_received", MetricKind.Counter, MetricOf.Sockets),
        new("ws_sessions", MetricKind.Counter, MetricOf.Sockets),
    ];

    static readonly FrozenDictionary<string, Metric> ByName = All.ToFrozenDictionary(metric => metric.Name, StringComparer.Ordinal);

    public static Metric? Named(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Whether <c>expected_response:true</c> can be asked of it.</summary>
    public bool TellsGoodApart => Name is "http_req_duration" or "http_reqs";

    /// <summary>As a threshold writes them.</summary>
    public string Aggregations => Kind switch
    {
        MetricKind.Trend => "avg, min, max, med and p(N)",
        MetricKind.Counter => "count and rate",
        MetricKind.Rate => "rate",
        _ => "value",
    };

    public bool Allows(Aggregation aggregation) => Kind switch
    {
        MetricKind.Trend => aggregation is Aggregation.Average or Aggregation.Least or Aggregation.Greatest or Aggregation.Median or Aggregation.Percentile,
        MetricKind.Counter => aggregation is Aggregation.Count or Aggregation.Rate,
        MetricKind.Rate => aggregation is Aggregation.Rate,
        _ => aggregation is Aggregation.Value,
    };
}
