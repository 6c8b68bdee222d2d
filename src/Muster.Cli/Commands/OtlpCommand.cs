using System.CommandLine;

namespace Muster.Cli.Commands;

/// <summary>The OpenTelemetry protocol, from outside.</summary>
static class OtlpCommand
{
    public static Command Build(Host host) => new("otlp", "The OpenTelemetry protocol, from outside: does a receiver do what it asks?") { OtlpConformCommand.Build(host) };
}
