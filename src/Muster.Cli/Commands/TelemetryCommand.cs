using System.CommandLine;

namespace Muster.Cli.Commands;

/// <summary>Metrics: the server that keeps them, and questions to it or to any Prometheus.</summary>
static class TelemetryCommand
{
    public static Command Build(Host host) => new("telemetry", "Metrics: starts the server that keeps them, asks it in PromQL, shows what it holds. Questions go to any Prometheus too.")
    {
        TelemetryServeCommand.Build(host), TelemetryQueryCommand.Build(host), TelemetryTopCommand.Build(host),
    };
}
