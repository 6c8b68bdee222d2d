using System.Diagnostics;
using System.Globalization;
using Muster.Server.Projects;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store;

namespace Muster.Server.OwnMetrics;

/// <summary>What this process knows of itself, as metrics, at the moment it is asked.</summary>
sealed class OwnState(ProjectSet projects, Traffic traffic, TimeProvider time)
{
    public DateTimeOffset Began { get; } = time.GetUtcNow();

    public IReadOnlyList<OwnFamily> Now()
    {
        var stores = projects.All.Select(project => (Project: project, Statistics: project.Store.Statistics())).ToList();
        OwnFamily Gauge(string name, string help, Func<StoreStatistics, double> value) => new(name, "gauge", help, [.. stores.Select(one => Of(one.Project, "", value(one.Statistics)))]);
        using var process = Process.GetCurrentProcess();
        return
        [
            Gauge("muster_store_series", "Series that are live.", one => one.LiveSeries),
            Gauge("muster_store_samples", "Samples that are held.", one => one.Samples),
            Gauge("muster_store_disk_bytes", "Bytes on disk, the log among them.", one => one.BytesOnDisk),
            Gauge("muster_store_log_bytes", "Bytes of the log that a restart would read.", one => one.LogBytes),
            Gauge("muster_store_blocks", "Sealed blocks.", one => one.Blocks),
            new("muster_store_problems", "gauge", "Things that went wrong since the start and were not an answer to anybody.", [.. stores.Select(one => Of(one.Project, "", one.Project.Store.Problems.Count))]),
            new("muster_intake_samples", "counter", "Samples taken.", [.. stores.Select(one => Of(one.Project, "_total", one.Project.Accepted))]),
            new("muster_intake_over_quota_samples", "counter", "Samples sent away since the project sends more than it may.", [.. stores.Select(one => Of(one.Project, "_total", one.Project.OverQuota))]),
            new("muster_intake_invalid_samples", "counter", "Samples and points not taken since they are none: no name, no time, no whole histogram.", [.. stores.Select(one => Of(one.Project, "_total", one.Project.Invalid))]),
            new("muster_intake_refused_samples", "counter", "Samples not taken, by reason.", [.. stores.SelectMany(one => one.Statistics.Rejected.Select(why => Of(one.Project, "_total", why.Value, new Label("reason", why.Key.ToString()))))]),
            new("muster_http_requests", "counter", "Requests by door and answer.", [.. traffic.Requests.Select(one => new OwnSample("_total", [new("code", one.Status.ToString(CultureInfo.InvariantCulture)), new("door", one.Door)], one.Count))]),
            new("muster_http_request_duration_seconds", "histogram", "How long requests took, by door.", [.. traffic.Latencies.SelectMany(one => Histogram(one.Door, one.Latency))]),
            new("process_cpu_seconds", "counter", "Time on processors.", [new("_total", [], process.TotalProcessorTime.TotalSeconds)]),
            new("process_resident_memory_bytes", "gauge", "Memory that is resident.", [new("", [], process.WorkingSet64)]),
            new("process_start_time_seconds", "gauge", "When it began, in seconds since 1970.", [new("", [], Began.ToUnixTimeMilliseconds() / 1000.0)]),
            new("dotnet_gc_heap_bytes", "gauge", "The managed heap.", [new("", [], GC.GetTotalMemory(false))]),
            new("dotnet_gc_pause_seconds", "counter", "Time in which the collector stopped everything.", [new("_total", [], GC.GetTotalPauseDuration().TotalSeconds)]),
        ];
    }

    static OwnSample Of(Project project, string suffix, double value, params Label[] more) => new(suffix, [new("project", project.Name), .. more], value, project.Name);

    static IEnumerable<OwnSample> Histogram(string door, Traffic.Latency latency)
    {
        var counts = latency.Cumulative;
        for (var at = 0; at < counts.Length; at++)
        {
            var bound = at < Traffic.Bounds.Length ? Traffic.Bounds[at].ToString("R", CultureInfo.InvariantCulture) : "+Inf";
            yield return new("_bucket", [new("door", door), new("le", bound)], counts[at]);
        }

        yield return new("_count", [new("door", door)], counts[^1]);
        yield return new("_sum", [new("door", door)], latency.Seconds);
    }
}
