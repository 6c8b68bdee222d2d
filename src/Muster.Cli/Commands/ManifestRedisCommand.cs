using System.CommandLine;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>What a backup of a Redis must hold.</summary>
static class ManifestRedisCommand
{
    const int Tries = 5;

    public static Command Build(Host host)
    {
        var target = new Argument<string>("TARGET") { Description = "The Redis: a target of the document by its name, or redis://host:port. It is only read." };
        var file = new Option<string>("--out", "-o") { Description = "Where to write it; NAME.manifest.json beside the backup NAME is found by itself.", HelpName = "FILE", Required = true };
        var (document, environment, format) = (CommonOptions.Document(), CommonOptions.Environment(), CommonOptions.TextOrJson());
        var command = new Command("redis", "Counts and digests every key of a Redis, for redis.restore_drill. Refuses if it is written to meanwhile.") { target, file, environment, document, format };
        command.SetAction(async (parsed, cancel) =>
        {
            var (asked, folder) = ManifestWriting.Target(host, parsed.GetValue(target)!, parsed.GetValue(document), parsed.GetValue(environment));
            var options = new RunnerOptions { Release = Digest.Of("manifest"u8), Clock = host.Clock, Folder = folder, Secrets = ProcessSecrets.In(folder) };
            return ManifestWriting.Write(host, new Output(parsed.GetValue(format), host.Data), "redis", parsed.GetValue(file)!, await RedisCapture.Take(options, asked, Tries, cancel), "keys");
        });
        return command;
    }
}
