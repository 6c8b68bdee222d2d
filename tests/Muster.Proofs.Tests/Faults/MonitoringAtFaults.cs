namespace Muster.Proofs.Tests;

sealed class MonitoringAtFaults : IAskedAtFaults
{
    public IReadOnlyDictionary<string, string> Asked { get; } = new Dictionary<string, string>
    {
        ["prometheus.query"] = "prometheus.query: { target: \"http://ADDRESS\", query: up }",
        ["metric"] = "metric: { target: \"http://ADDRESS\", query: up, no_data: fail }",
        ["prometheus.targets_rules"] = "prometheus.targets_rules: \"http://ADDRESS\"",
        ["grafana.dashboards"] = "grafana.dashboards: \"http://ADDRESS\"",
        ["telemetry.canary"] = "telemetry.canary: { target: \"http://ADDRESS\", path: \"/?canary=$(nonce)\", find: \"canary=$(nonce)\", sink: peer, wait: 1s }",
        ["metrics.exposition"] = "metrics.exposition: \"http://ADDRESS\"",
    };
}
