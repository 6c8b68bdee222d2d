using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>The kinds of this family.</summary>
static class MonitoringKinds
{
    public static readonly ImmutableArray<ProbeKind> All = [PrometheusQueryKind.Entry, PrometheusTargetsRulesKind.Entry, MetricsExpositionKind.Entry, GrafanaDashboardsKind.Entry, TelemetryCanaryKind.Entry, HeartbeatKind.Entry, MetricQueryKind.Entry];
}
