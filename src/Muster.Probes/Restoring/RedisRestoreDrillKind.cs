using System.Collections.Immutable;
using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Probes;

static class RedisRestoreDrillKind
{
    public static readonly Kind Declaration = new()
    {
        Name = RedisRestoreDrillProbe.Name,
        Says = "Restores the newest backup of a Redis, an RDB or an append-only file, into a server of its own, and compares what comes to life with what was there when it was made. The source is not touched.",
        Target = TargetShape.Path,
        Parameters =
        [
            new("files", Shape.List, "The files that are backups, where the target is a folder, as \"*.rdb\"; all but lists, notes and hidden ones unless said."),
            new("manifest", Shape.Text, "What the backup must hold, as \"muster manifest redis\" writes it; the file NAME.manifest.json beside it unless said."),
            new("zone", Shape.Text, "The zone of times in names that tell none: UTC, or an offset as +02:00. UTC unless said."),
            RestoreClimb.Level("The rung that must be reached: L1 readable, L2 a server starts and loads it, L3 the same databases, types and functions, L4 as many keys, L5 the same keys and values, L6 the smoke commands are answered. L5 unless said, L6 where there is \"smoke\"."),
            new("smoke", Shape.Map, "Commands of the application that only read, with what they must answer, of database 0: { \"GET shop:version\": 12, \"LLEN shop:queue\": 3 }."),
            new("cut_tail", Shape.Truth, "true lets the last command of an append-only file be cut off, as in a copy that was made while it was written; what is missing is counted all the same. A file that is broken in the middle never passes."),
        ],
        Fields =
        [
            .. RestoreClimb.Observed,
            new("keys", Shape.Number, "Keys in the restored server."),
            new("compared", Shape.Number, "Keys of the manifest that were compared."),
            new("passed", Shape.Number, "Keys of the manifest whose time to live was over by then, or was running out; they are not compared."),
            new("format", Shape.Text, "rdb or aof."),
            new("dated_by", Shape.Text, "What tells when it is of: content (the server's own time in an RDB), commands (times in an append-only file, with aof-timestamp-enabled), or file (the earlier of its name's time and when it was last written)."),
            new("tail", Shape.Text, "How the commands of an append-only file end: whole, truncated or corrupted."),
            new("made_by", Shape.Text, "The version of the server that wrote the RDB."),
            new("server", Shape.Text, "The version into which it was restored."),
            new("kept", Shape.Number, "Backups in the folder."),
            Bounded.Cut,
        ],
        Hazard = Hazard.Active,
        Holds = Value.Of(("complete", true), ("rpo", "at most 26h")),
        Population = "backups",
        Deadline = TimeSpan.FromMinutes(30),
        Pitfalls =
        [
            "Without a manifest only L2 can be reached: that a backup loads says nothing of what is missing in it. Make one with each backup: muster manifest redis TARGET --out NAME.manifest.json.",
            "A manifest is a picture only if nothing was written meanwhile; the command notices writes and refuses. On a busy system take it from a replica that was stopped, and the backup with it.",
            "Whoever can change a backup can change the manifest beside it. Keep it elsewhere, and name it by \"manifest\".",
            "Redis, asked to load an append-only file whose tail is cut off, does so by default and says nothing but a line in its log: here that is missed at L1, and counted with cut_tail: true.",
            "The time to recover is of this machine and this amount of data. It is over when the restored server has loaded all; the comparisons come after that.",
            "A copy of an append-only file is dated by its file unless the server writes times into it (aof-timestamp-enabled yes).",
            "Keys of modules cannot be read. The server must be of version 7 or later, and redis-server, redis-check-rdb and redis-check-aof must be installed where the drill runs.",
        ],
        Example = "check: { redis.restore_drill: /var/backups/cache, smoke: { \"GET shop:version\": 12 }, expect: { rto: at most 5m, rpo: at most 1h } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, RedisRestoreDrillProbe.Look, Prove);

    /// <summary>Two files as a server writes them, by hand, with one key more and less; redis-server loads them for real.</summary>
    static async Task<Proof> Prove(CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("muster-");
        try
        {
            var set = new SetDigest();
            foreach (var key in (string[])["orders", "prices"]) set.Add(RedisContent.Entry(0, "string", -1, System.Text.Encoding.ASCII.GetBytes(key), SHA256.HashData("12"u8)));
            var manifest = new RedisManifest(DateTimeOffset.UnixEpoch, "", ImmutableSortedDictionary<(int, string), (long, string)>.Empty.Add((0, "string"), (2, set.Hex)));
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "must.json"), CanonicalJson.Bytes(manifest.Written), cancel);
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "well.rdb"), Written("orders", "prices"), cancel);
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "sick.rdb"), Written("orders"), cancel);
            return new(Declaration.Name, "a backup that loads without a word and lacks one of two keys, beside one that has both", await Look("sick.rdb"), await Look("well.rdb"));
        }
        finally { folder.Delete(recursive: true); }

        Task<Witnessed> Look(string name) => Stage.Look(new() { Release = default, Folder = folder.FullName }, Declaration, Value.Of(("target", name), ("manifest", "must.json")), [Stage.Is("complete", true, Shape.Truth)], cancel);
    }

    /// <summary>Without a checksum, as a server writes it with rdbchecksum no.</summary>
    static byte[] Written(params string[] keys)
    {
        var bytes = new List<byte>([.. "REDIS0009"u8, 0xfe, 0]);
        foreach (var key in keys) bytes.AddRange([0, (byte)key.Length, .. System.Text.Encoding.ASCII.GetBytes(key), 2, .. "12"u8]);
        return [.. bytes, 0xff, 0, 0, 0, 0, 0, 0, 0, 0];
    }
}
