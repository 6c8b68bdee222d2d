using System.CommandLine;

namespace Muster.Cli.Commands;

/// <summary>What a backup must hold, captured when it is made, so that a restore can be compared with it.</summary>
static class ManifestCommand
{
    public static Command Build(Host host) => new("manifest", "Captures what a backup must hold, when it is made; a restore drill compares what comes back with it.")
    {
        ManifestPostgresCommand.Build(host),
        ManifestRedisCommand.Build(host),
        ManifestFilesCommand.Build(host),
    };
}
