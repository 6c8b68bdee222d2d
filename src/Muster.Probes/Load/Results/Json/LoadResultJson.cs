using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>A result as JSON, schema <c>muster/load/1</c>, and back. Times whose name ends in _ms are milliseconds, all others seconds; what was not measured is absent. docs/formats/load.md.</summary>
public static class LoadResultJson
{
    public const string Schema = "muster/load/1";

    /// <summary>Larger files are not read.</summary>
    public const int MostBytes = 128 * 1024 * 1024;

    public static byte[] Bytes(LoadResult result) => CanonicalJson.Bytes(Of(result));

    public static Value.Fields Of(LoadResult result) => TallyJson.Of(result.All, result.Over).With(
        ("schema", Schema),
        ("state", ResultWords.Of(result.State)),
        ("doubts", Value.Texts(result.Doubts)),
        ("started", result.Started), ("finished", result.Finished),
        ("took", result.Took), ("planned", result.Planned), ("over", result.Over),
        ("target", Value.Of(("url", result.Target.Url)).With(("before", result.Target.Before), ("after", result.Target.After))),
        ("engine", Value.Of(("version", result.Engine.Version), ("wire", result.Engine.Wire), ("protocol", result.Engine.Protocol), ("threads", result.Engine.Threads))),
        ("machine", result.Engine.Machine),
        ("plan", Value.List(result.Plan.Select(plan => (Value)Value.Of(("scenario", plan.Scenario), ("model", plan.Model))))),
        ("balance", Value.Of(
            ("sent", result.Balance.Sent), ("answered", result.Balance.Answered), ("failed", result.Balance.Failed), ("in_flight", result.Balance.InFlight),
            ("retried", result.Balance.Retried), ("connections", result.Balance.Connections))),
        ("histogram", HistogramJson.Of(result.All.Latency)),
        ("scenarios", Value.List(ScenarioJson.Of(result))),
        ("sockets", Sockets(result.Sockets)),
        ("thresholds", Value.List(result.Thresholds.Select(JudgedJson.Of))),
        ("schedule", Value.Of(("queued", result.Iterations.Sum(seen => seen.Queued)), ("dropped", result.Iterations.Sum(seen => seen.Dropped)), ("histogram", HistogramJson.Of(result.Self.Lateness)))
            .With(("lateness_ms", Figures.Few(result.Self.Lateness)))),
        ("generator", Value.Of(
            ("cpu", result.Self.Cpu), ("gc_pauses", result.Self.GcPauses), ("memory", result.Self.Memory), ("clock_jump", result.Self.ClockJump), ("histogram", HistogramJson.Of(result.Self.Turns)))
            .With(("turns_ms", Figures.Few(result.Self.Turns)), ("unfit", result.Unfit ? true : null))),
        ("series", Value.List(result.Windows.Select(SeriesJson.Of))),
        ("steps", result.Steps.IsEmpty ? null : Value.List(result.Steps.Select(JudgedJson.Of))),
        ("capacity", result.Capacity is { } capacity ? JudgedJson.Of(capacity) : null),
        ("drift", result.Drift is { } drift ? JudgedJson.Of(drift) : null));

    /// <exception cref="LoadResultException">It is no such result, or one that does not fit together.</exception>
    public static LoadResult Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MostBytes) throw new LoadResultException($"The result is larger than {MostBytes / 1024 / 1024} MiB.");
        if (utf8.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
        Value root;
        try { root = Value.Parse(utf8); }
        catch (Exception none) when (none is JsonException or InvalidOperationException) { throw new LoadResultException($"The result is not JSON: {none.Message}"); }
        return LoadResultReader.Read(root);
    }

    static Value.Fields? Sockets(SocketTally seen) => seen is { Sessions: 0, Sent: 0, Received: 0, Connecting.Count: 0 } ? null
        : Value.Of(
            ("sessions", seen.Sessions), ("sent", seen.Sent), ("received", seen.Received),
            ("histograms", Value.Of(("connecting", HistogramJson.Of(seen.Connecting)), ("session", HistogramJson.Of(seen.Session)), ("round_trip", HistogramJson.Of(seen.RoundTrip)))))
            .With(("connecting_ms", Figures.Of(seen.Connecting)), ("session_ms", Figures.Of(seen.Session)), ("round_trip_ms", Figures.Of(seen.RoundTrip)));
}
