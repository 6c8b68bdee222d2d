using System.Collections.Immutable;
using System.Diagnostics;

namespace Muster.Probes.Load;

/// <summary>What was seen of one metric under one selector.</summary>
/// <param name="Count">Of a rate those that are named by it (failed, passed), of a counter or gauge its value.</param>
/// <param name="Samples">How many looks stand behind it.</param>
readonly record struct MetricSeen(Latencies? Trend, double Count, long Samples)
{
    public static MetricSeen Of(Metric metric, ImmutableSortedDictionary<string, string> tags, Measured measured) => metric.Of switch
    {
        MetricOf.Requests => Requests(metric.Name, tags, measured),
        MetricOf.Sockets => Sockets(metric.Name, measured.Sockets),
        _ => Iterations(metric.Name, measured.Iterations.Where(seen => tags.All(tag => tag.Key == "scenario" && tag.Value == seen.Scenario))),
    };

    static MetricSeen Requests(string name, ImmutableSortedDictionary<string, string> tags, Measured measured)
    {
        var good = tags.ContainsKey(ThresholdTags.ExpectedResponse);
        var tally = measured.Select(tags.Remove(ThresholdTags.ExpectedResponse));
        return name switch
        {
            "http_req_duration" => Over(good ? tally.Good : tally.Latency),
            "http_req_service" => Over(tally.Service),
            "http_req_blocked" => Over(tally.Blocked),
            "http_req_connecting" => Over(tally.Connecting),
            "http_req_tls_handshaking" => Over(tally.Handshaking),
            "http_req_sending" => Over(tally.Sending),
            "http_req_waiting" => Over(tally.Waiting),
            "http_req_receiving" => Over(tally.Receiving),
            "http_req_failed" => new(null, tally.Failed, tally.Requests),
            "http_reqs" => Counted(good ? tally.Requests - tally.Failed : tally.Requests, tally.Requests),
            "checks" => new(null, tally.ChecksPassed, tally.ChecksPassed + tally.ChecksFailed),
            "data_sent" => Counted(tally.BytesOut, tally.Requests),
            "data_received" => Counted(tally.BytesIn, tally.Requests),
            _ => throw new UnreachableException(name),
        };
    }

    static MetricSeen Iterations(string name, IEnumerable<Iterations> selected)
    {
        var (duration, begun, done, dropped, users, most) = (new Latencies(), 0L, 0L, 0L, 0L, 0L);
        foreach (var seen in selected)
        {
            duration.Add(seen.Duration);
            (begun, done, dropped, users, most) = (begun + seen.Begun, done + seen.Done, dropped + seen.Dropped, users + seen.Users, most + seen.MostUsers);
        }

        return name switch
        {
            "iterations" => Counted(done, begun),
            "dropped_iterations" => Counted(dropped, begun + dropped),
            "iteration_duration" => Over(duration),
            "vus" => Counted(users, begun),
            "vus_max" => Counted(most, begun),
            _ => throw new UnreachableException(name),
        };
    }

    static MetricSeen Sockets(string name, SocketTally seen) => name switch
    {
        "ws_connecting" => Over(seen.Connecting),
        "ws_session_duration" => Over(seen.Session),
        "ws_round_trip" => Over(seen.RoundTrip),
        "ws_msgs_sent" => Counted(seen.Sent, seen.Sessions),
        "ws_msgs_received" => Counted(seen.Received, seen.Sessions),
        "ws_sessions" => Counted(seen.Sessions, seen.Sessions),
        _ => throw new UnreachableException(name),
    };

    static MetricSeen Over(Latencies trend) => new(trend, 0, trend.Count);

    static MetricSeen Counted(double count, long samples) => new(null, count, samples);
}
