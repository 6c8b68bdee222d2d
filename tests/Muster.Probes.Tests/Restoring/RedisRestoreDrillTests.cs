using System.Collections.Immutable;
using System.Text;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Restoring;

/// <summary>Backups of a real Redis, well and really broken, restored by the real drill.</summary>
public sealed class RedisRestoreDrillTests : IAsyncLifetime
{
    readonly ServerFolder _folder = new();
    RedisServer _server = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    RunnerOptions Options => Probing.Options with { Folder = _folder.Path, ScratchRoot = Directory.CreateDirectory(_folder.PathOf("scratch")).FullName };

    public async ValueTask InitializeAsync()
    {
        _server = await RedisServer.Start(["save \"\"", "appendonly yes", "appendfsync always", "aof-timestamp-enabled yes"], Cancel);
        await _server.Run(null, ["EVAL", Seed, "0"], Cancel);
        await _server.Run(null, ["-n", "3", "SET", "elsewhere", "1"], Cancel);
    }

    const string Seed = """
        local say = redis.call
        say('set', 'shop:version', '12') say('set', 'blob', string.rep('x', 2200000)) say('rpush', 'queue', 'a', 'b', 'c') say('hset', 'basket:1', 'apples', '3', 'pears', '1') say('sadd', 'tags', 'new', 'old', 'rare')
        say('zadd', 'rank', '1.5', 'mia', '2', 'jon') say('xadd', 'events', '*', 'kind', 'paid') say('xgroup', 'create', 'events', 'readers', '0') say('set', 'session:1', 'kept', 'EX', '864000')
        for i = 1, 700 do say('hset', 'large', 'f' .. i, i) say('rpush', 'long', i) say('sadd', 'many', 'm' .. i) end
        """;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    Task<Sight> Drill(string of, params (string, Value)[] more) => Probing.Look(Options, "redis.restore_drill", [("target", of), .. more]);

    async Task<string> Backup(string name, Func<byte[], byte[]>? change = null, bool manifest = true)
    {
        if (manifest) await Manifest(name);
        await _server.Run(null, ["SAVE"], Cancel);
        var bytes = await File.ReadAllBytesAsync(_server.PathOf("dump.rdb"), Cancel);
        await File.WriteAllBytesAsync(_folder.PathOf(name), change?.Invoke(bytes) ?? bytes, Cancel);
        return name;
    }

    async Task Manifest(string name)
    {
        var captured = await RedisCapture.Take(Options, Value.Of(("address", _server.Address)), 3, Cancel);
        Assert.True(captured.Manifest is not null, captured.Because);
        _folder.Write(name + ".manifest.json", CanonicalJson.Text(captured.Manifest));
    }

    static (Value?, Value?) Told(Sight sight) => (sight.Observation?["complete"], sight.Observation?["level"]);

    static string Stopped(Sight sight) => (sight.Observation?["stopped"] as Value.Text)?.Is ?? $"nothing: {sight.Detail} {sight.Observation}";

    [Fact]
    public async Task A_whole_backup_comes_back_key_by_key_and_the_commands_of_the_application_are_answered()
    {
        await Backup("cache.rdb");
        var sight = await Drill("cache.rdb", ("smoke", Value.Of(("GET shop:version", "12"), ("LLEN queue", 3))));

        Assert.True(Told(sight) == (Value.True, "L6"), Stopped(sight));
        Assert.Equal(("rdb", "content", (Value)12, (Value)12), (sight.Observation.Text("format"), sight.Observation.Text("dated_by"), sight.Observation!["keys"], sight.Observation["compared"]));
        Assert.InRange(((Value.Number)sight.Observation["rto"]!).Is, 0.001, 60);
        Assert.InRange(((Value.Number)sight.Observation["rpo"]!).Is, 0, 60);
        Assert.Equal("7.0.15", sight.Observation.Text("made_by"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Options.ScratchRoot));
    }

    [Fact]
    public async Task Each_broken_backup_is_caught_at_its_rung()
    {
        await Backup("whole.rdb");
        async Task At(string name, int level, string says, Func<byte[], byte[]> change)
        {
            File.Copy(_folder.PathOf("whole.rdb.manifest.json"), _folder.PathOf(name + ".manifest.json"));
            await Backup(name, change, manifest: false);
            var sight = await Drill(name);
            Assert.True(Equals(sight.Observation?["level"], (Value)$"L{level}") && Equals(sight.Observation!["complete"], Value.False) && Stopped(sight).Contains(says, StringComparison.Ordinal), $"{name}: {Stopped(sight)}");
        }

        await At("truncated.rdb", 0, "Unexpected EOF", bytes => bytes[..^300]);
        await At("empty.rdb", 0, "is empty", _ => []);
        // In the text of a key: one flipped in a length ends the file before its checksum is looked at.
        await At("flipped.rdb", 0, "CRC", bytes => Changed(bytes, bytes.AsSpan().IndexOf("shop:version"u8), (byte)'r'));
        await At("odd.rdb", 0, "begins neither as", _ => "hello"u8.ToArray());
        await At("version.rdb", 0, "Can't handle RDB format version", bytes => [.. "REDIS0099"u8, .. bytes.AsSpan(9)]);
        await _server.Run(null, ["HSET", "basket:1", "apples", "4"], Cancel);
        await At("changed.rdb", 4, "database 0, hash: as many keys", bytes => bytes);
        await _server.Run(null, ["HSET", "basket:1", "apples", "3"], Cancel);
        await _server.Run(null, ["DEL", "tags"], Cancel);
        await At("gone.rdb", 3, "database 0, set: 1 keys, and there were 2", bytes => bytes);
        await _server.Run(null, ["-n", "3", "DEL", "elsewhere"], Cancel);
        await At("database.rdb", 2, "database 3, string: all 1 keys are gone", bytes => bytes);
    }

    static byte[] Changed(byte[] bytes, int at, byte to)
    {
        bytes[at] = to;
        return bytes;
    }

    [Fact]
    public async Task The_one_that_a_newer_server_made_says_nothing_of_the_backup_and_is_unproven()
    {
        await Backup("newer.rdb", bytes => [.. "REDIS0099"u8, .. Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes, 9, bytes.Length - 9).Replace("7.0.15", "99.0.1", StringComparison.Ordinal))]);

        Probing.Blind(await Drill("newer.rdb"), Blind.NotCapable, "made by Redis 99.0.1");
    }

    /// <summary>The naive check sees a file that was written a moment ago.</summary>
    [Fact]
    public async Task A_stale_backup_under_todays_name_is_as_old_as_the_server_wrote_it()
    {
        var ago = TimeProvider.System.GetUtcNow().AddDays(-3).ToUnixTimeSeconds();
        await Backup("shop-today.rdb", bytes =>
        {
            var at = bytes.AsSpan().IndexOf("ctime"u8) + 5;
            BitConverter.TryWriteBytes(bytes.AsSpan(at + 1, 4), (int)ago);
            bytes.AsSpan(bytes.Length - 8).Clear(); // as with rdbchecksum no
            return bytes;
        });
        var sight = await Drill("shop-today.rdb");

        Assert.True(Told(sight) == (Value.True, "L5"), Stopped(sight));
        Assert.InRange(((Value.Number)sight.Observation!["rpo"]!).Is, 3 * 86_400 - 5, 3 * 86_400 + 60);
    }

    [Fact]
    public async Task Without_a_manifest_or_with_an_empty_one_nothing_beyond_the_start_is_proven()
    {
        await Backup("bare.rdb", manifest: false);
        var without = await Drill("bare.rdb");
        var started = await Drill("bare.rdb", ("level", "L2"));
        _folder.Write("none.json", CanonicalJson.Text(new RedisManifest(DateTimeOffset.UnixEpoch, "", ImmutableSortedDictionary<(int, string), (long, string)>.Empty).Written));

        Probing.Blind(without, Blind.Unreadable, "has no manifest");
        Assert.Equal((Value.True, (Value)"L2"), Told(started));
        Probing.Blind(await Drill("bare.rdb", ("manifest", "none.json")), Blind.Unreadable, "a comparison with nothing");
        Probing.Blind(await Drill("bare.rdb", ("manifest", "gone.json")), Blind.Unreadable, "is not there");
    }

    [Fact]
    public async Task The_newest_of_a_folder_is_taken_and_one_whose_manifest_alone_is_left_is_lost()
    {
        Directory.CreateDirectory(_folder.PathOf("kept"));
        await Backup("kept/shop-20260101T0200Z.rdb");
        await Backup("kept/shop-20260102T0200Z.rdb");
        var newest = await Drill("kept");
        File.Delete(_folder.PathOf("kept/shop-20260102T0200Z.rdb"));
        var lost = await Drill("kept");

        Assert.Equal(("shop-20260102T0200Z.rdb", (Value)2, Value.True), (newest.Observation.Text("backup", "name"), newest.Observation!["kept"], newest.Observation["complete"]));
        Assert.Contains("the backup itself is not", Stopped(lost), StringComparison.Ordinal);
        Probing.Blind(await Drill("nowhere"), Blind.Unreadable, "is not there");
    }

    [Fact]
    public async Task Of_an_append_only_folder_a_tail_that_is_cut_off_and_one_that_is_broken_are_told_apart()
    {
        await Manifest("whole");
        foreach (var name in (string[])["whole", "cut", "broken"])
            foreach (var file in Directory.EnumerateFiles(_server.PathOf("appendonlydir")))
            {
                Directory.CreateDirectory(_folder.PathOf(name));
                File.Copy(file, Path.Combine(_folder.PathOf(name), Path.GetFileName(file)));
            }

        string Tail(string name) => Directory.EnumerateFiles(_folder.PathOf(name), "*.incr.aof").Single();
        await using (var cut = File.OpenWrite(Tail("cut"))) cut.SetLength(cut.Length - 4);
        var bytes = await File.ReadAllBytesAsync(Tail("broken"), Cancel);
        await File.WriteAllBytesAsync(Tail("broken"), Changed(bytes, bytes.AsSpan().LastIndexOf("\r\n*"u8), (byte)'!'), Cancel);
        var (whole, loses, allowed, broken) = (await Drill("whole", ("manifest", "whole.manifest.json")), await Drill("cut", ("manifest", "whole.manifest.json")), await Drill("cut", ("manifest", "whole.manifest.json"), ("cut_tail", true)), await Drill("broken", ("manifest", "whole.manifest.json"), ("cut_tail", true)));

        Assert.True(Told(whole) == (Value.True, "L5"), Stopped(whole));
        Assert.Equal(("aof", "commands", "whole"), (whole.Observation.Text("format"), whole.Observation.Text("dated_by"), whole.Observation.Text("tail")));
        Assert.Equal(("L0", "truncated"), (loses.Observation.Text("level"), loses.Observation.Text("tail")));
        Assert.Contains("its last command is cut off", Stopped(loses), StringComparison.Ordinal);
        // What the last command would have brought is missed all the same, where the naive restore says nothing.
        Assert.True(allowed.Observation.Text("level") == "L2" && Stopped(allowed).Contains("all 1 keys are gone", StringComparison.Ordinal), Stopped(allowed));
        Assert.Contains("the one that follows is cut off", allowed.Observation!["rungs"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal(("L0", "corrupted"), (broken.Observation.Text("level"), broken.Observation.Text("tail")));
    }

    [Fact]
    public async Task Keys_whose_time_is_over_are_not_missed_and_those_that_still_live_are()
    {
        await _server.Run(null, ["SET", "brief", "x", "PX", "700"], Cancel);
        await Backup("passing.rdb");
        await ServerProcess.Until(() => _server.Run(null, ["EXISTS", "brief"], Cancel).GetAwaiter().GetResult().Trim() == "0", "the key lives", TimeSpan.FromSeconds(10), Cancel);
        var well = await Drill("passing.rdb");
        await _server.Run(null, ["PERSIST", "session:1"], Cancel);
        File.Copy(_folder.PathOf("passing.rdb.manifest.json"), _folder.PathOf("lasting.rdb.manifest.json"));
        await Backup("lasting.rdb", manifest: false);
        var sick = await Drill("lasting.rdb");

        Assert.True(Told(well) == (Value.True, "L5"), Stopped(well));
        Assert.Equal((Value)1, well.Observation!["passed"]);
        Assert.Contains("keys that pass, d9: all 1 keys are gone", sick.Observation!["differences"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_smoke_command_that_is_answered_otherwise_is_the_last_rung()
    {
        await Backup("smoke.rdb");
        var sight = await Drill("smoke.rdb", ("smoke", Value.Of(("GET shop:version", "13"))));

        Assert.Equal((Value.False, (Value)"L5"), Told(sight));
        Assert.Equal("L6 (smoke answered): GET shop:version: another answer than 13", Stopped(sight));
        Assert.Null(sight.Observation!["rto"]);
        Probing.Blind(await Drill("smoke.rdb", ("level", "L6")), Blind.BadQuestion, "smoke");
    }

    [Fact]
    public async Task A_backup_that_holds_no_key_is_not_restored()
    {
        await _server.Run(null, ["FLUSHALL"], Cancel);
        await Backup("hollow.rdb", manifest: false);
        _folder.Write("hollow.aof", "");

        var (rdb, aof) = (await Drill("hollow.rdb", ("level", "L2")), await Drill("hollow.aof", ("level", "L2")));
        Assert.True(rdb.Observation.Text("level") == "L1" && Stopped(rdb).Contains("holds no key", StringComparison.Ordinal), Stopped(rdb));
        Assert.True(aof.Observation.Text("level") == "L0" && Stopped(aof).Contains("is empty", StringComparison.Ordinal), Stopped(aof));
    }

    [Fact]
    public async Task Of_several_files_of_one_time_none_is_passed_over()
    {
        Directory.CreateDirectory(_folder.PathOf("parts/shop-20260102T0200Z"));
        await Backup("parts/shop-20260102T0200Z/a.rdb");
        _folder.Write("parts/shop-20260102T0200Z/b.rdb", "hello");
        var sight = await Drill("parts", ("level", "L2"));

        Assert.Contains("is 2 files, and one is asked for", Stopped(sight), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_packed_file_that_is_broken_is_not_one_whose_tail_is_cut_off()
    {
        await Manifest("packed.aof.gz");
        var commands = await File.ReadAllBytesAsync(Directory.EnumerateFiles(_server.PathOf("appendonlydir"), "*.incr.aof").Single(), Cancel);
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(commands);
        await File.WriteAllBytesAsync(_folder.PathOf("packed.aof.gz"), packed.ToArray(), Cancel);
        var whole = await Drill("packed.aof.gz", ("cut_tail", true));
        await File.WriteAllBytesAsync(_folder.PathOf("packed.aof.gz"), packed.ToArray()[..^200], Cancel);
        var broken = await Drill("packed.aof.gz", ("cut_tail", true), ("level", "L2"));

        Assert.True(Told(whole) == (Value.True, "L5"), Stopped(whole));
        Assert.True(broken.Observation.Text("level") == "L0" && Stopped(broken).Contains("packed.aof.gz: ", StringComparison.Ordinal), Stopped(broken));
    }

    [Fact]
    public async Task Commands_of_a_time_to_come_are_not_young()
    {
        var text = $"#TS:{TimeProvider.System.GetUtcNow().AddDays(1).ToUnixTimeSeconds()}\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n";
        await File.WriteAllTextAsync(_folder.PathOf("ahead.aof"), text, Cancel);
        var sight = await Drill("ahead.aof", ("level", "L2"));

        Assert.Contains("yet to come", Stopped(sight), StringComparison.Ordinal);
        Assert.Null(sight.Observation!["rpo"]);
    }

    [Theory]
    [InlineData("SET shop:version 13")]
    [InlineData("FLUSHALL")]
    [InlineData("CONFIG GET dir")]
    [InlineData("NOSUCH")]
    public async Task A_smoke_command_that_does_more_than_read_is_refused(string command)
    {
        await Backup("smoke.rdb");

        Probing.Blind(await Drill("smoke.rdb", ("smoke", Value.Of((command, "OK")))), Blind.BadQuestion, "no command that only reads");
        Probing.Blind(await Drill("smoke.rdb", ("level", "L5"), ("smoke", Value.Of(("GET shop:version", 12)))), Blind.BadQuestion, "smoke");
        Assert.Equal(Value.True, (await Drill("smoke.rdb", ("smoke", Value.Of(("XINFO GROUPS events", 1))))).Observation!["complete"]);
    }

    /// <summary>Of keys whose minute is running it cannot be said whether they should be there; of all others it can.</summary>
    [Fact]
    public async Task Keys_that_pass_within_the_hour_and_are_missing_are_missed()
    {
        for (var i = 0; i < 3; i++) await _server.Run(null, ["SET", "session:" + (10 + i), "x", "EX", "1500"], Cancel);
        await Manifest("passing.rdb");
        await _server.Run(null, ["DEL", "session:10"], Cancel);
        await _server.Run(null, ["SET", "session:11", "y", "KEEPTTL"], Cancel);
        await Backup("passing.rdb", manifest: false);
        var sight = await Drill("passing.rdb");

        Assert.Contains("keys that pass, m2", sight.Observation!["differences"]!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_manifest_of_what_is_written_to_is_refused()
    {
        await using var writer = await ServerProcess.Start(_folder, "redis-cli", ["-p", _server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), "-r", "100000000", "INCR", "counter"], () => _server.Run(null, ["EXISTS", "counter"], Cancel).GetAwaiter().GetResult().Trim() == "1", Cancel);
        var captured = await RedisCapture.Take(Options, Value.Of(("address", _server.Address)), 2, Cancel);

        Assert.Null(captured.Manifest);
        Assert.Contains("it was written to while it was read, 2 times", captured.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_drill_that_is_cancelled_leaves_no_folder_and_no_server()
    {
        await Backup("cancelled.rdb");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var runner = new ProbeRunner(Options with { Telling = (_, says) => { if (says.StartsWith("starting", StringComparison.Ordinal)) stop.Cancel(); } });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runner.Look(Probing.Ask("redis.restore_drill", ("target", "cancelled.rdb")), stop.Token));

        await ServerProcess.Until(() => !Directory.EnumerateFileSystemEntries(Options.ScratchRoot).Any(), "something is left behind", TimeSpan.FromSeconds(15), Cancel);
        Assert.DoesNotContain(Directory.EnumerateDirectories("/proc").Select(CommandOf), line => line.Contains(Options.ScratchRoot, StringComparison.Ordinal));
    }

    static string CommandOf(string process)
    {
        try { return File.ReadAllText(Path.Combine(process, "cmdline")); }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException) { return ""; } // No process, or ended.
    }

    [Fact]
    public async Task Damaged_files_and_manifests_are_read_or_refused()
    {
        await Backup("fuzzed.rdb");
        byte[][] heads = [(await File.ReadAllBytesAsync(_folder.PathOf("fuzzed.rdb"), Cancel))[..300]];
        byte[][] commands = [Encoding.ASCII.GetBytes("#TS:1700000000\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\n*1\r\n$5\r\nMULTI\r\n*1\r\n$4\r\nEXEC\r\n")];
        byte[][] manifests = [await File.ReadAllBytesAsync(_folder.PathOf("fuzzed.rdb.manifest.json"), Cancel)];

        Fuzz.Damage(heads, bytes => RdbHead.Read(new MemoryStream(bytes)), 3);
        Fuzz.Damage(commands, bytes => Assert.InRange(AofWalk.Read(new MemoryStream(bytes), Cancel).WholeUpTo, 0, bytes.Length), 3);
        Fuzz.Damage(manifests, bytes => RedisManifest.Read(bytes), 3);
    }
}
