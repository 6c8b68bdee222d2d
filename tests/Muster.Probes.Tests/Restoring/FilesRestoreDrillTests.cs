using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Restoring;

/// <summary>Backups of files, well and really broken, restored by the real drill.</summary>
public sealed class FilesRestoreDrillTests : IDisposable
{
    const string Key = "restic-password-1";
    readonly ServerFolder _folder = new();

    public FilesRestoreDrillTests()
    {
        _folder.Write("shop/etc/shop.yaml", "workers: 4\nregion: eu-central, the one that is near\n");
        _folder.Write("shop/data/orders.csv", string.Join('\n', Enumerable.Range(1, 400).Select(number => $"order {number}, paid")));
        _folder.Write("shop/data/empty", "");
        File.CreateSymbolicLink(_folder.PathOf("shop/data/latest.csv"), "orders.csv");
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    RunnerOptions Options => Probing.Options with { Folder = _folder.Path, ScratchRoot = Directory.CreateDirectory(_folder.PathOf("scratch")).FullName };

    public void Dispose() => _folder.Dispose();

    Task<Sight> Drill(Value target, params (string, Value)[] more) => Probing.Look(Options, "files.restore_drill", [("target", target), .. more]);

    Task<Sight> OfRepository(string key = Key, params (string, Value)[] more) => Drill(Value.Of(("path", "repo"), ("password", key)), [("manifest", "shop.json"), .. more]);

    async Task Manifest(string name)
    {
        var captured = await FilesCapture.Take(_folder.PathOf("shop"), _ => { }, TimeProvider.System, Cancel);
        Assert.True(captured.Manifest is not null, captured.Because);
        _folder.Write(name, CanonicalJson.Text(captured.Manifest));
    }

    Task<string> Run(string program, params string[] words) => ServerProcess.Run(_folder, program, words, Cancel);

    Task<string> Restic(params string[] words) => Run("restic", ["--repo", _folder.PathOf("repo"), "--no-cache", "--quiet", "--password-file", _folder.Write("key", Key), .. words]);

    async Task Repository()
    {
        await Restic("init");
        await Restic("backup", _folder.PathOf("shop"));
        await Manifest("shop.json");
    }

    static (Value?, Value?) Told(Sight sight) => (sight.Observation?["complete"], sight.Observation?["level"]);

    static string Stopped(Sight sight) => (sight.Observation?["stopped"] as Value.Text)?.Is ?? $"nothing: {sight.Detail} {sight.Observation}";

    static void Stops(Sight sight, string at, string says) => Assert.True(sight.Observation.Text("level") == at && Stopped(sight).Contains(says, StringComparison.Ordinal), Stopped(sight));

    [Fact]
    public async Task A_snapshot_comes_back_file_by_file_and_its_encryption_is_tried()
    {
        await Repository();
        _folder.Write("rendered/etc/shop.yaml", await File.ReadAllTextAsync(_folder.PathOf("shop/etc/shop.yaml"), Cancel));
        var before = Directory.EnumerateFiles(_folder.PathOf("repo"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        var sight = await OfRepository(more: ("same_as", "rendered"));

        Assert.True(Told(sight) == (Value.True, "L6"), Stopped(sight));
        Assert.Equal((Value.True, "restic", (Value)1, (Value)4), (sight.Observation!["encrypted"], sight.Observation.Text("format"), sight.Observation["kept"], sight.Observation["compared"]));
        Assert.DoesNotContain(Key, sight.Observation.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, Directory.EnumerateFiles(_folder.PathOf("repo"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)); // only read, not even a lock
        Assert.Empty(Directory.EnumerateFileSystemEntries(Options.ScratchRoot));
    }

    [Fact]
    public async Task Each_broken_repository_is_caught_at_its_rung()
    {
        await Repository();
        Stops(await OfRepository("another-password"), "L0", "the key that the target names does not open it");
        await File.AppendAllTextAsync(_folder.PathOf("shop/data/orders.csv"), "\norder 401", Cancel);
        await Manifest("shop.json");
        Stops(await OfRepository(), "L3", "data/orders.csv: ");
        _folder.Write("shop/data/more.csv", "one more");
        await Manifest("shop.json");
        Stops(await OfRepository(), "L2", "data/more.csv: is gone");
        Stops(await OfRepository(more: ("level", "L2")), "L2", "nothing");
        var pack = Directory.EnumerateFiles(_folder.PathOf("repo/data"), "*", SearchOption.AllDirectories).MaxBy(file => new FileInfo(file).Length)!;
        var bytes = await File.ReadAllBytesAsync(pack, Cancel);
        bytes[40] ^= 1;
        await Run("chmod", "u+w", pack);
        await File.WriteAllBytesAsync(pack, bytes, Cancel);
        var broken = await OfRepository();
        Assert.True(Equals(broken.Observation?["level"], (Value)"L0"), Stopped(broken));
    }

    [Fact]
    public async Task A_repository_without_its_key_or_without_a_snapshot_is_unproven()
    {
        await Restic("init");
        await Manifest("shop.json");
        Probing.Blind(await OfRepository(), Blind.Unreadable, "holds no snapshot");
        Probing.Blind(await Drill("repo", ("manifest", "shop.json")), Blind.BadQuestion, "password");
    }

    /// <summary>A verification of nothing is right about everything in it.</summary>
    [Fact]
    public async Task A_manifest_with_an_empty_list_of_entries_verifies_nothing()
    {
        await Archive("shop.tar.gz");
        _folder.Write("empty.json", """{ "format": "muster-files-manifest/1", "taken": "2026-01-01T00:00:00Z", "entries": [] }""");
        _folder.Write("empty.sums", "# nothing\n");

        Probing.Blind(await Drill("shop.tar.gz", ("manifest", "empty.json")), Blind.Unreadable, "names no file");
        Probing.Blind(await Drill("shop.tar.gz", ("manifest", "empty.sums")), Blind.Unreadable, "names no file");
        Probing.Blind(await Drill("shop.tar.gz"), Blind.Unreadable, "has no manifest");
        Assert.Equal((Value.True, (Value)"L2"), Told(await Drill("shop.tar.gz", ("level", "L2"))));
    }

    Task<string> Archive(string name) => Run("tar", name.EndsWith("gz", StringComparison.Ordinal) ? "-czf" : "-cf", _folder.PathOf(name), "-C", _folder.Path, "shop");

    [Fact]
    public async Task An_archive_is_compared_with_a_manifest_beside_it_or_a_list_in_it()
    {
        await Manifest("shop-20260102.tar.gz.manifest.json");
        await Archive("shop-20260102.tar.gz");
        var beside = await Drill("shop-20260102.tar.gz");
        _folder.Write("shop/SHA256SUMS", (await ServerProcess.Run(_folder, "sh", ["-c", "cd shop && find . -type f -not -name SHA256SUMS | xargs sha256sum"], Cancel)).TrimEnd('\n') + "\n");
        File.Delete(_folder.PathOf("shop/data/latest.csv"));
        await Archive("listed.tar");
        var inside = await Drill("listed.tar");

        Assert.True(Told(beside) == (Value.True, "L5"), Stopped(beside));
        Assert.Equal((Value.False, "tar.gz"), (beside.Observation!["encrypted"], beside.Observation.Text("format")));
        Assert.True(Told(inside) == (Value.True, "L5"), Stopped(inside));
        Assert.Equal("tar", inside.Observation.Text("format"));
    }

    [Fact]
    public async Task Each_broken_archive_is_caught_at_its_rung()
    {
        await Manifest("must.json");
        await Archive("shop.tar.gz");
        var whole = await File.ReadAllBytesAsync(_folder.PathOf("shop.tar.gz"), Cancel);
        async Task At(string name, byte[] bytes, string level, string says)
        {
            await File.WriteAllBytesAsync(_folder.PathOf(name), bytes, Cancel);
            Stops(await Drill(name, ("manifest", "must.json")), level, says);
        }

        await At("truncated.tar.gz", whole[..^40], "L0", "cut off");
        await At("empty.tar.gz", [], "L0", "is empty");
        await At("odd.tar.gz", "hello, this is no archive"u8.ToArray(), "L0", "begins like nothing");
        File.Delete(_folder.PathOf("shop/etc/shop.yaml"));
        await Archive("gone.tar");
        Stops(await Drill("gone.tar", ("manifest", "must.json")), "L2", "etc/shop.yaml: is gone");
        _folder.Write("shop/etc/shop.yaml", "workers: 5\nregion: eu-central, the one that is near\n");
        await Archive("changed.tar");
        Stops(await Drill("changed.tar", ("manifest", "must.json")), "L4", "etc/shop.yaml: other content");
        _folder.Write("rendered/etc/shop.yaml", "workers: 6");
        await Manifest("now.json");
        Stops(await Drill("changed.tar", ("manifest", "now.json"), ("same_as", "rendered")), "L5", "etc/shop.yaml: is another in the backup");
    }

    [Fact]
    public async Task A_backup_that_holds_no_file_is_not_restored()
    {
        Directory.CreateDirectory(_folder.PathOf("nothing"));
        await Run("tar", "-czf", _folder.PathOf("nothing.tar.gz"), "-C", _folder.PathOf("nothing"), ".");
        await Restic("init");
        await Restic("backup", _folder.PathOf("nothing"));

        Stops(await Drill("nothing.tar.gz", ("level", "L2")), "L1", "holds no file");
        Stops(await Drill(Value.Of(("path", "repo"), ("password", Key)), ("level", "L2")), "L1", "holds no file");
    }

    [Fact]
    public async Task A_list_without_sizes_shows_that_sizes_are_equal_by_the_content_alone()
    {
        await Archive("shop.tar");
        _folder.Write("shop/etc/shop.yaml", "workers: 5, and more of them\n");
        _folder.Write("must.sums", (await ServerProcess.Run(_folder, "sh", ["-c", "cd shop && find . -type f | xargs sha256sum"], Cancel)).TrimEnd('\n') + "\n");
        File.Delete(_folder.PathOf("shop/data/latest.csv"));

        await Archive("other.tar");
        Stops(await Drill("shop.tar", ("manifest", "must.sums"), ("root", "shop"), ("level", "L4")), "L2", "latest.csv: was not there");
        _folder.Write("shop/etc/shop.yaml", "workers: 4\n");
        await Archive("other.tar");
        Stops(await Drill("other.tar", ("manifest", "must.sums"), ("level", "L4")), "L3", "etc/shop.yaml: other content");
        Probing.Blind(await Drill("other.tar", ("manifest", "must.sums"), ("level", "L4"), ("same_as", "shop")), Blind.BadQuestion, "same_as");
    }

    [Fact]
    public async Task An_archive_is_no_younger_than_its_name_nor_than_its_file()
    {
        await Archive("shop-20260102T0200Z.tar");
        Directory.CreateDirectory(_folder.PathOf("kept"));
        await Archive("kept/shop-20260102T0200.tar");
        await Archive("kept/shop-20260103T0200Z.tar");
        File.SetLastWriteTimeUtc(_folder.PathOf("kept/shop-20260103T0200Z.tar"), new(2025, 12, 1, 0, 0, 0, DateTimeKind.Utc));
        await Archive("ahead.tar");
        File.SetLastWriteTimeUtc(_folder.PathOf("ahead.tar"), TimeProvider.System.GetUtcNow().AddDays(2).UtcDateTime);
        async Task<Value?> Made(string name, params (string, Value)[] more) => (await Drill(name, [("level", "L2"), .. more])).Observation?.At("backup", "made");

        Assert.Equal((Value)new DateTimeOffset(2026, 1, 2, 2, 0, 0, TimeSpan.Zero), await Made("shop-20260102T0200Z.tar"));
        Assert.Equal((Value)new DateTimeOffset(2026, 1, 2, 2, 0, 0, TimeSpan.Zero), await Made("kept"));
        Assert.Equal((Value)new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero), await Made("kept", ("zone", "+02:00")));
        Probing.Blind(await Drill("ahead.tar", ("level", "L2")), Blind.Unreadable, "yet to come");
    }

    [Fact]
    public async Task A_pipe_or_a_socket_in_a_folder_is_noted_and_never_opened()
    {
        await Run("mkfifo", _folder.PathOf("shop/pipe"));
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(_folder.PathOf("shop/socket")));

        var files = await FileSet.Of(_folder.PathOf("shop"), (_, _) => { }, TimeProvider.System, Cancel).WaitAsync(TimeSpan.FromSeconds(10), Cancel);

        Assert.Equal(("special:pipe", "special:socket"), (files["pipe"].Content, files["socket"].Content));
    }

    [Fact]
    public async Task A_file_that_is_written_to_after_it_was_read_refuses_the_manifest()
    {
        var clock = new Stepping { OnStep = () => File.AppendAllText(_folder.PathOf("shop/data/empty"), "x") };
        var captured = await FilesCapture.Take(_folder.PathOf("shop"), _ => { }, clock, Cancel);

        Assert.Null(captured.Manifest);
        Assert.Contains("data/empty was written to", captured.Because, StringComparison.Ordinal);
    }

    /// <summary>A clock by which a second goes by with every look at it, so that it is told of each file.</summary>
    sealed class Stepping : TimeProvider
    {
        long _now;

        public required Action OnStep { get; init; }

        public override long GetTimestamp()
        {
            // The first look is before anything is read.
            if (++_now > 2) OnStep();
            return _now * TimestampFrequency;
        }
    }

    [Fact]
    public async Task Of_a_repository_that_several_share_the_newest_of_ones_own_is_taken()
    {
        await Restic("init");
        await Restic("backup", "--host", "shop", _folder.PathOf("shop"));
        await Manifest("shop.json");
        _folder.Write("other/file", "another's");
        await Restic("backup", "--host", "other", _folder.PathOf("other"));

        Stops(await OfRepository(), "L2", "is gone");
        Stops(await OfRepository(more: ("host", "shop")), "L5", "nothing");
        Stops(await OfRepository(more: ("paths", Value.Texts([_folder.PathOf("shop")]))), "L5", "nothing");
        Probing.Blind(await OfRepository(more: ("host", "nobody")), Blind.Unreadable, "of that host");
        await Archive("shop.tar");
        Probing.Blind(await Drill("shop.tar", ("level", "L2"), ("host", "shop")), Blind.BadQuestion, "host");
    }

    [Fact]
    public async Task What_leads_out_of_the_folder_is_refused_and_written_nowhere()
    {
        await Manifest("must.json");
        async Task Refused(string name, string says, params TarEntry[] entries)
        {
            await using (var tar = new TarWriter(File.Create(_folder.PathOf(name))))
                foreach (var entry in entries) await tar.WriteEntryAsync(entry, Cancel);
            Stops(await Drill(name, ("manifest", "must.json")), "L1", says);
        }

        static PaxTarEntry Of(string name) => new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream("x"u8.ToArray()) };
        await Refused("up.tar", "its name leads out", Of("../../evil"));
        await Refused("inner.tar", "its name leads out", Of("a/../../evil"));
        await Refused("rooted.tar", "its name leads out", Of(_folder.PathOf("evil")));
        await Refused("link.tar", "leads out of the folder", new PaxTarEntry(TarEntryType.SymbolicLink, "out") { LinkName = "../../.." });
        await Refused("absolute.tar", "leads out of the folder", new PaxTarEntry(TarEntryType.SymbolicLink, "out") { LinkName = "/tmp" });
        await Refused("through.tar", "goes through a link", Of("data/x"), new PaxTarEntry(TarEntryType.SymbolicLink, "here") { LinkName = "data" }, Of("here/evil"));
        await Refused("hard.tar", "is the same as a file that is not there", new PaxTarEntry(TarEntryType.HardLink, "hard") { LinkName = "../../etc/passwd" });
        await Refused("pipe.tar", "is no file", new PaxTarEntry(TarEntryType.Fifo, "pipe"));
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "evil", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Damaged_manifests_and_archives_are_read_or_refused()
    {
        await Manifest("must.json");
        byte[][] manifests = [await File.ReadAllBytesAsync(_folder.PathOf("must.json"), Cancel), Encoding.ASCII.GetBytes(new string('a', 64) + "  ./orders.csv\n")];
        Fuzz.Damage(manifests, bytes => FilesManifest.Read(bytes, "must.json"), 4);
        byte[][] names = [Encoding.ASCII.GetBytes("a/./../b//c/../../d"), Encoding.ASCII.GetBytes("../x")];
        Fuzz.Damage(names, bytes => Assert.DoesNotContain("..", (TarRestoring.Inside(Encoding.Latin1.GetString(bytes)) ?? "").Split('/')), 4);
        using var packed = new MemoryStream();
        await using (var tar = new TarWriter(new GZipStream(packed, CompressionLevel.NoCompression, leaveOpen: true)))
            foreach (var name in (string[])["a", "b/c"]) await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream("content"u8.ToArray()) }, Cancel);
        using var lines = new HttpLines();
        var context = new ProbeContext(Options, lines, _ => { }, Probing.Ask("files.restore_drill"));
        var into = _folder.PathOf("into");
        Fuzz.Damage([packed.ToArray()], bytes =>
        {
            Directory.CreateDirectory(into);
            File.WriteAllBytes(_folder.PathOf("fuzzed.tar.gz"), bytes);
            TarRestoring.Unpack(new BackupFile("fuzzed.tar.gz", _folder.PathOf("fuzzed.tar.gz"), bytes.Length, DateTimeOffset.UnixEpoch), into, context, Cancel).GetAwaiter().GetResult();
            Directory.Delete(into, recursive: true);
        }, 40);
    }
}
