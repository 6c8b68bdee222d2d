using System.Collections.Concurrent;
using System.Globalization;
using Muster.Probes;
using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>A real Prometheus that scrapes a service of the test's own, which says what it counts.</summary>
sealed class MetricsEyes : IEyes
{
    static readonly (string Name, string Type, double Value)[] Well =
    [
        ("writes_failed_total", "counter", 1), ("writes_timed_out_total", "counter", 0), ("memory_budget_bytes", "gauge", 1000), ("memory_used_bytes", "gauge", 400),
        ("wal_size_bytes", "gauge", 50), ("wal_queue_depth", "gauge", 1), ("wal_flushes_total", "counter", 9), ("wal_sync_on_write", "gauge", 1),
        ("checkpoints_degraded_total", "counter", 0), ("checkpoint_errors_total", "counter", 0), ("checkpoint_in_flight_seconds", "gauge", 0),
        ("disk_free_bytes", "gauge", 600), ("disk_size_bytes", "gauge", 1000), ("vectors_hard_limit", "gauge", 100000), ("http_requests_total", "counter", 12),
        ("replicas", "gauge", 3), ("sessions", "gauge", 4),
    ];

    readonly ConcurrentDictionary<string, double?> _instead = new();
    LoopbackSite _app = null!;
    PrometheusServer _metrics = null!;
    long _checkpoints, _retentions, _exports;
    volatile bool _standing, _down, _fallen, _idle;

    public string Name => "metrics";

    public Lane Lane => Lane.Reading;

    public IReadOnlyList<Break> Breaks =>
    [
        new(["AI-12", "AI-13"], "the service counts no failed writes any more", async stop =>
        {
            Leave("writes_failed_total", "writes_timed_out_total");
            await Until("absent(writes_failed_total)", stop);
        }, stop => Mended("writes_failed_total", stop)),
        new(["AI-14"], "there is no budget", async stop =>
        {
            _instead["memory_budget_bytes"] = 0;
            await Until("memory_budget_bytes == 0", stop);
        }, stop => Mended("memory_budget_bytes > 0", stop)),
        new(["AI-15", "AI-16", "GR-17"], "log and checkpoints show less than was promised", stop =>
        {
            Leave("wal_queue_depth", "checkpoint_errors_total");
            return Task.CompletedTask;
        }, stop => Mended("wal_size_bytes", stop)),
        new(["AI-47"], "no checkpoint is made any more", async stop =>
        {
            _standing = true;
            await Until("increase(checkpoints_total[5s]) == 0", stop);
        }, async stop =>
        {
            _standing = false;
            await Until("increase(checkpoints_total[5s]) > 0", stop);
        }),
        new(["AI-46"], "the disk is nearly full", async stop =>
        {
            _instead["disk_free_bytes"] = 50;
            await Until("disk_free_bytes == 50", stop);
        }, stop => Mended("predict_linear(disk_free_bytes[10s], 3600) > 0 and disk_free_bytes > 500", stop)),
        new(["AI-31", "AI-58", "AI-59"], "writes are not synced, and there is no hard limit", _ =>
        {
            _instead["wal_sync_on_write"] = 0;
            _instead["vectors_hard_limit"] = 0;
            return Task.CompletedTask;
        }, stop => Mended("wal_sync_on_write", stop)),
        new(["CG-90"], "retention is set up, and never runs", async stop =>
        {
            _idle = true;
            await Until("increase(admin_retention_runs_total[5s]) == 0", stop);
        }, async stop =>
        {
            _idle = false;
            await Until("increase(admin_retention_runs_total[5s]) > 0", stop);
        }),
        new(["GR-25"], "the buckets of the durations fall", _ =>
        {
            _fallen = true;
            return Task.CompletedTask;
        }, _ =>
        {
            _fallen = false;
            return Task.CompletedTask;
        }),
        new(["GR-24", "SU-34"], "the service's page of metrics answers an error", async stop =>
        {
            _down = true;
            await Until("up == 0", stop);
        }, async stop =>
        {
            _down = false;
            await Until("up == 1", stop);
        }),
    ];

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        File.WriteAllText(Path.Combine(folder, "profile.json"), """{ "synced": 1 }""");
        _app = LoopbackSite.Start();
        File.WriteAllText(Path.Combine(folder, "features.yaml"), "retention: { enabled: true }\nexport: { enabled: true }\n");
        _app.Route("/settings", _ => SiteResponse.Json(200, """{ "retention": { "enabled": true }, "export": { "enabled": true } }"""));
        foreach (var path in (string[])["/metrics", "/eu/metrics", "/us/metrics"]) _app.Route(path, _ => _down ? new(500) : new(200, Page()));
        _metrics = await PrometheusServer.Start(PrometheusServer.Config([("app", [$"127.0.0.1:{_app.Port}"])]), cancel);
        await Until("increase(admin_retention_runs_total[5s]) > 0 and increase(checkpoints_total[5s]) > 0 and rate(writes_failed_total[1m]) >= 0 and predict_linear(disk_free_bytes[10s], 3600) > 0", cancel);
        return new Dictionary<string, int> { ["metrics"] = _metrics.Port, ["app"] = _app.Port };
    }

    string Page()
    {
        var lines = Well.Select(one => (one.Name, one.Type, Value: _instead.TryGetValue(one.Name, out var other) ? other : one.Value)).Where(one => one.Value is not null)
            .Select(one => string.Create(CultureInfo.InvariantCulture, $"# TYPE {one.Name} {one.Type}\n{one.Name} {one.Value}\n"));
        var checkpoints = _standing ? Interlocked.Read(ref _checkpoints) : Interlocked.Increment(ref _checkpoints);
        var retentions = _idle ? Interlocked.Read(ref _retentions) : Interlocked.Increment(ref _retentions);
        return string.Concat(lines) + string.Create(CultureInfo.InvariantCulture, $"# TYPE admin_retention_runs_total counter\nadmin_retention_runs_total {retentions}\n# TYPE admin_export_runs_total counter\nadmin_export_runs_total {Interlocked.Increment(ref _exports)}\n") + string.Create(CultureInfo.InvariantCulture, $"# TYPE checkpoints_total counter\ncheckpoints_total {checkpoints}\n")
            + $"# TYPE request_duration_ms histogram\nrequest_duration_ms_bucket{{le=\"10\"}} 7\nrequest_duration_ms_bucket{{le=\"+Inf\"}} {(_fallen ? 5 : 9)}\nrequest_duration_ms_sum 80\nrequest_duration_ms_count {(_fallen ? 5 : 9)}\n";
    }

    void Leave(params string[] names)
    {
        foreach (var name in names) _instead[name] = null;
    }

    Task Mended(string query, CancellationToken cancel)
    {
        _instead.Clear();
        return Until(query, cancel);
    }

    /// <summary>Waits until the server has seen it.</summary>
    Task Until(string query, CancellationToken cancel) => _metrics.UntilAny(query, cancel);

    public async ValueTask DisposeAsync()
    {
        if (_metrics is not null) await _metrics.DisposeAsync();
        if (_app is not null) await _app.DisposeAsync();
    }
}
