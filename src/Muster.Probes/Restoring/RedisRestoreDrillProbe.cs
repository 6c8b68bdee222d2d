using System.Globalization;
using System.Text.RegularExpressions;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Takes the newest backup of a Redis, loads it into a server of its own, and compares what comes to life with what was there when it was made.</summary>
static partial class RedisRestoreDrillProbe
{
    public const string Name = "redis.restore_drill";

    /// <summary>Away from the caller, since files are read as they are.</summary>
    public static Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel) => Task.Run(() => Restore(new(question), context, cancel), cancel);

    static async Task<Sight> Restore(Given given, ProbeContext context, CancellationToken cancel)
    {
        var smoke = SmokeCommand.Read(given);
        var asked = RestoreClimb.LevelOf(given, smoke.Length > 0 ? 6 : 5);
        if (asked < 6 && smoke.Length > 0) throw Given.Wrong("smoke", "is asked at the level L6, and a lower one is said");
        if (asked == 6 && smoke.Length == 0) throw Given.Wrong("smoke", "is missing, and the level L6 is to ask what is restored");
        var backup = NewestBackup.Find(FolderWall.Within(context.Folder, given.Target, context.MayLeaveFolder, itself: true), given.Target, given, context, cancel);
        var manifest = backup.ManifestOf(given, context) is { } path ? await RedisManifest.Read(path, cancel) : null;
        if (asked >= 3 && manifest is null && !backup.IsLost) throw new Unseen(Blind.Unreadable, $"{backup.Name} has no manifest beside it ({NewestBackup.Manifest[1..]}), so that nobody knows what it must hold; make one with each backup by \"muster manifest redis\", or ask for level: L2");
        if (manifest is { Keys: 0 }) throw new Unseen(Blind.Unreadable, "the manifest says that there was nothing, and a comparison with nothing shows nothing");
        var before = backup.Identity;

        await using var scratch = Scratch.Begin(context, Name);
        var drill = new RedisDrill(scratch, given, context);
        await drill.Climb(backup, manifest, asked, smoke, cancel);
        return new() { Observation = drill.Seen(backup), Population = 1, Before = before, After = backup.Identity };
    }

    [GeneratedRegex(@"v=(\d+(?:\.\d+)*)")]
    internal static partial Regex VersionWord();
}

/// <summary>One restore of one backup.</summary>
sealed class RedisDrill(Scratch scratch, Given given, ProbeContext context)
{
    const string Server = "redis-server";
    RestoreClimb _ladder = null!;
    RedisBackup? _laid;
    AofWalk? _walk;
    Value.Fields _seen = Value.Fields.Empty;

    public async Task Climb(NewestBackup backup, RedisManifest? manifest, int asked, SmokeCommand[] smoke, CancellationToken cancel)
    {
        var version = await Version(cancel);
        _ladder = new(asked, context);
        var redis = new ScratchRedis(scratch, Server, context);
        context.Tell($"fetching {backup.Name}");
        var began = context.Clock.GetTimestamp();
        _laid = await RedisBackup.Lay(backup, redis.Data, context, cancel);
        _ladder.Took("fetch", began);
        _walk = _laid.Walk(cancel);
        await _ladder.Climb(1, _walk is { End: AofEnd.Truncated } ? "read up to its last whole command; the one that follows is cut off" : "read to its end, and its checksum is right", () => Readable(_laid, version, cancel));
        if (!_ladder.Stands) return;
        context.Tell($"starting a server on {backup.Name}");
        var loading = context.Clock.GetUtcNow();
        await _ladder.Climb(2, "a server loaded all of it", async () => await Loaded(redis, manifest, version, cancel) is { } down ? [down] : []);
        if (!_ladder.Stands || asked < 2) return;
        _ladder.Serves();
        await using var link = await redis.Open(cancel);
        foreach (var command in smoke) await command.MustOnlyRead(link, cancel);
        if (asked >= 3) await Compare(link, manifest!, loading, cancel);
        await _ladder.Climb(6, "every command is answered as it must be", async () => await Smoke(smoke, redis, cancel) is { } odd ? [odd] : []);
    }

    bool MayBeCut => given.Truth("cut_tail", false);

    async Task<string> Version(CancellationToken cancel)
    {
        var (exit, words) = await scratch.Run(Server, ["--version"], cancel);
        return exit == 0 && RedisRestoreDrillProbe.VersionWord().Match(words) is { Success: true } match ? match.Groups[1].Value : throw new Unseen(Blind.NotCapable, $"{Server} does not say which version it is: {Bounded.Start(words, 100)}");
    }

    /// <summary>Null, or in words why it did not come up with what it was given. A server comes up on nothing too.</summary>
    async Task<string?> Loaded(ScratchRedis redis, RedisManifest? manifest, string version, CancellationToken cancel)
    {
        if (await redis.Start([.. _laid!.Lines, $"aof-load-truncated {(MayBeCut ? "yes" : "no")}"], cancel) is { } down) return down;
        await using var link = await redis.Open(cancel);
        var info = RedisInfo.Read((await link.Say(cancel, "INFO") as RedisReply.Bulk)?.Is ?? "");
        _seen = _seen.With("server", info.GetValueOrDefault("redis_version") ?? version);
        if (info.Keys.Any(name => name.StartsWith("db", StringComparison.Ordinal))) return null;
        return manifest is not null && manifest.Sets.Keys.All(set => PassingKeys.Is(set.Class)) ? throw AllPassed() : "a server loaded it, and holds no key";
    }

    static Unseen AllPassed() => new(Blind.Unreadable, "every key that the manifest speaks of has passed since, so that nothing could be compared");

    async Task<IEnumerable<string>> Readable(RedisBackup laid, string version, CancellationToken cancel)
    {
        if (laid.Wrong is { } wrong) return [wrong];
        foreach (var made in (DateTimeOffset?[])[_walk?.LastTime, laid.Head?.Made])
            if (made > _ladder.Began + BackupTimes.Ahead) return [$"it says that it was made at {Instant.Write(made.Value)}, which is yet to come"];
        if (_walk is { End: AofEnd.Corrupted }) return [string.Create(CultureInfo.InvariantCulture, $"its commands are broken after {_walk.WholeUpTo} of {_walk.Bytes} bytes, and something follows")];
        if (_walk is { End: AofEnd.Truncated }) return MayBeCut ? [] : [string.Create(CultureInfo.InvariantCulture, $"its last command is cut off after {_walk.WholeUpTo} of {_walk.Bytes} bytes; say cut_tail: true if that may be, and what is missing is then counted")];
        var (exit, words) = await scratch.Run(laid.Format == "rdb" ? "redis-check-rdb" : "redis-check-aof", [laid.Checked], cancel);
        if (exit == 0) return [];
        // A server that is older than the backup says nothing of the backup; that of the backup's own version would have written no such format.
        if (words.Contains("Can't handle RDB format version", StringComparison.Ordinal) && laid.Head?.MadeBy is { } by && IsNewer(by, version)) throw new Unseen(Blind.NotCapable, $"the backup was made by Redis {by}, and here is {version}, which cannot read it; install that version or a newer one");
        return [Said(words)];
    }

    static string Said(string words)
    {
        var lines = words.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var at = Array.FindIndex(lines, line => line.Contains("ERROR DETECTED", StringComparison.Ordinal));
        // What it was reading then may name a key, which is nobody's business.
        return at >= 0 && at + 1 < lines.Length ? lines[at + 1] : lines.LastOrDefault(line => line.Contains("not valid", StringComparison.Ordinal) || line.Contains("rror", StringComparison.Ordinal)) ?? "the tool that reads it ends with an error";
    }

    static bool IsNewer(string one, string other) => System.Version.TryParse(one, out var left) && System.Version.TryParse(other, out var right) && left > right;

    async Task Compare(RedisLink link, RedisManifest manifest, DateTimeOffset loading, CancellationToken cancel)
    {
        var began = context.Clock.GetTimestamp();
        var content = await RedisContent.Read(link, manifest.Taken, (done, all) => context.Tell(string.Create(CultureInfo.InvariantCulture, $"comparing, {done} of {all} keys")), context.Clock, cancel);
        var compared = manifest.Compare(content, loading, context.Clock.GetUtcNow());
        _ladder.Took("checks", began);
        if (compared is { Keys: 0, Structure: [], Counts: [], Content: [] }) throw AllPassed();
        _seen = _seen.With("keys", content.Keys).With("compared", compared.Keys).With("passed", compared.Passed);
        await _ladder.Climb(3, "the same databases, types and functions", () => Task.FromResult<IEnumerable<string>>(compared.Structure));
        await _ladder.Climb(4, "as many keys of each", () => Task.FromResult<IEnumerable<string>>(compared.Counts));
        await _ladder.Climb(5, "the same keys, values and times to live", () => Task.FromResult<IEnumerable<string>>(compared.Content));
    }

    static async Task<string?> Smoke(SmokeCommand[] smoke, ScratchRedis redis, CancellationToken cancel)
    {
        // In database 0, as an application begins; the comparison went through all of them.
        await using var link = await redis.Open(cancel);
        foreach (var command in smoke)
            if (await command.Ask(link, cancel) is { } odd) return odd;
        return null;
    }

    public Value.Fields Seen(NewestBackup backup)
    {
        var (made, by) = (_walk?.LastTime, _laid?.Format, _laid?.Head?.Made) switch
        {
            ({ } last, _, _) => (last, "commands"),
            // The commands behind it are younger than the RDB of a folder; only their file tells by how much.
            (_, "rdb", { } written) => (written, "content"),
            _ => (backup.At, "file"),
        };
        return new Value.Fields(_ladder.Seen(backup.Name, made, backup.Bytes).Concat(_seen)).With("dated_by", by).With("format", _laid?.Format ?? "").With("kept", backup.Kept)
            .With("made_by", _laid?.Head?.MadeBy is { } version ? (Value)version : null).With("tail", _walk is { } walk ? (Value)walk.End.ToString().ToLowerInvariant() : null);
    }
}
