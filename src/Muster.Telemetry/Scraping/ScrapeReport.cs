using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Scraping;

/// <summary>What a scrape says of itself (<see href="https://prometheus.io/docs/concepts/jobs_instances/#automatically-generated-labels-and-time-series"/>).</summary>
sealed class ScrapeReport(Labels target)
{
    readonly byte[] _up = Key(target, "up");
    readonly byte[] _duration = Key(target, "scrape_duration_seconds");
    readonly byte[] _scraped = Key(target, "scrape_samples_scraped");
    readonly byte[] _kept = Key(target, "scrape_samples_post_metric_relabeling");
    readonly byte[] _added = Key(target, "scrape_series_added");

    public void Write(SampleBatch into, long time, bool up, TimeSpan duration, int samples, int added)
    {
        Add(_up, up ? 1 : 0);
        Add(_duration, duration.TotalSeconds);
        Add(_scraped, samples);
        Add(_kept, samples);
        Add(_added, added);

        void Add(byte[] key, double value) => into.Add(into.Open(key), time, value);
    }

    /// <summary>The target is gone: not even whether it is up is known from here on.</summary>
    public void End(SampleBatch into, long time)
    {
        foreach (var key in (byte[][])[_up, _duration, _scraped, _kept, _added]) into.Add(into.Open(key), time, StaleMarker.Value);
    }

    static byte[] Key(Labels target, string name) => SeriesKey.Of(target.With(Labels.MetricName, name));
}
