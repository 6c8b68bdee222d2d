using System.Collections.Frozen;
using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A manifest that was captured, or in words why there is none.</summary>
public sealed record ManifestCaptured(Value.Fields? Manifest, long Things, string? Because);

/// <summary>
/// Captures what a backup of a Redis must hold. Reading all of it takes a while and is a picture only if nothing is written meanwhile: the server counts its writes, and says so.
/// </summary>
public static class RedisCapture
{
    /// <param name="target">As a question has it: a map with the address and what belongs to it.</param>
    /// <param name="tries">How often it is read at most, while there are writes in between.</param>
    public static async Task<ManifestCaptured> Take(RunnerOptions options, Value target, int tries, CancellationToken cancel)
    {
        var redactor = new Redactor();
        using var lines = new HttpLines();
        var context = new ProbeContext(options, lines, redactor.Add, new Ask(new Question("here", []), "", []));
        try
        {
            var given = new Given(new Filling(options.Secrets, redactor).Fill(new Asked("", RedisRestoreDrillProbe.Name, Value.Of(("target", target))), FrozenSet<string>.Empty));
            await using var link = await RedisLink.OpenAsTold(given, context, cancel, readsData: true);
            for (var attempt = 1; ; attempt++)
            {
                var (before, version) = await Written(link, cancel);
                var taken = Instant.Cut(context.Clock.GetUtcNow());
                var content = await RedisContent.Read(link, taken, (done, all) => context.Tell(string.Create(CultureInfo.InvariantCulture, $"reading, {done} of {all} keys")), context.Clock, cancel);
                if ((await Written(link, cancel)).Mark == before)
                    return content.Keys > 0 ? new(RedisManifest.Of(content, taken, version).Written, content.Keys, null) : new(null, 0, "it holds no key, and a comparison with nothing would show nothing");
                if (attempt >= tries) return new(null, 0, $"it was written to while it was read, {attempt} times in a row; take it where nothing writes, as from a replica that was stopped, and the backup with it");
            }
        }
        catch (Exception failed) when (failed is not OperationCanceledException) { return new(null, 0, redactor.Clean(Faults.Sight(failed).Detail)); }
    }

    /// <summary>Changes with every write, and with a save, which counts anew.</summary>
    static async Task<(string Mark, string? Version)> Written(RedisLink link, CancellationToken cancel)
    {
        if (await link.Say(cancel, "INFO") is not RedisReply.Bulk told) throw new Unseen(Blind.NotAdmitted, "INFO is refused; the target's user must be allowed to ask for it");
        var info = RedisInfo.Read(told.Is);
        // A replica counts what its master sends it, and a change of role is another history.
        return (string.Join(' ', ((string[])["run_id", "rdb_changes_since_last_save", "rdb_last_save_time", "master_repl_offset", "slave_repl_offset", "role"]).Select(name => info.GetValueOrDefault(name) ?? "")), info.GetValueOrDefault("redis_version"));
    }
}
