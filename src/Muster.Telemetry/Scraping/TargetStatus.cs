using Muster.Telemetry.Series;

namespace Muster.Telemetry.Scraping;

public enum TargetHealth { Unknown, Up, Down }

/// <summary>A target as <c>/api/v1/targets</c> shows it (<see href="https://prometheus.io/docs/prometheus/latest/querying/api/#targets"/>).</summary>
/// <param name="LastScrape">When the last one began; null before the first.</param>
/// <param name="LastError">Empty when the last scrape was good.</param>
public sealed record TargetStatus(string Job, Labels Labels, Labels Discovered, string ScrapeUrl, DateTimeOffset? LastScrape, TimeSpan LastDuration, TargetHealth Health, string LastError, TimeSpan Interval, TimeSpan Timeout);
