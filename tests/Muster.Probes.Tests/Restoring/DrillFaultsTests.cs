using Muster.Probes.Tests.Postgres;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Restoring;

public sealed class DrillFaultsTests(RestoreSource source) : IClassFixture<RestoreSource>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_that_is_cancelled_in_the_middle_leaves_no_process_and_no_file()
    {
        var path = await source.Dump(source.NewFolder(), "shop.dump", "-Fc");
        var root = Directory.CreateTempSubdirectory("muster-").FullName;
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var options = RestoreSource.Options(source.Folder.Path) with { ScratchRoot = root, Telling = (_, doing) => { if (doing.StartsWith("checking", StringComparison.Ordinal)) cancel.Cancel(); } };
        using var runner = new ProbeRunner(options);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runner.Look(Probing.Ask("postgres.restore_drill", ("target", path)), cancel.Token));

        Assert.Empty(Directory.EnumerateFileSystemEntries(root));
        Assert.DoesNotContain(Directory.EnumerateDirectories("/proc"), process => CommandLine(process).Contains(root, StringComparison.Ordinal));
        Directory.Delete(root);
    }

    [Fact]
    public async Task A_full_disk_in_the_middle_proves_nothing_and_is_left_as_it_was()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "a small file system is mounted by root only");
        var path = await source.Dump(source.NewFolder(), "shop.dump", "-Fc");
        var root = Directory.CreateTempSubdirectory("muster-").FullName;
        using var folder = new ServerFolder();
        try { await ServerProcess.Run(folder, "mount", ["-t", "tmpfs", "-o", "size=30m,mode=700", "tmpfs", root], Cancel); }
        catch (InvalidOperationException refused) { Assert.Skip(refused.Message); }
        try
        {
            var sight = (await Probing.Run(RestoreSource.Options(folder.Path) with { ScratchRoot = root }, Probing.Ask("postgres.restore_drill", ("target", path)))).Sights[0];

            Probing.Blind(sight, Blind.NotCapable, "disk of the scratch folder is full");
            Assert.Empty(Directory.EnumerateFileSystemEntries(root));
        }
        finally
        {
            await ServerProcess.Run(folder, "umount", [root], Cancel);
            Directory.Delete(root);
        }
    }

    [Fact]
    public async Task It_tells_what_it_is_at_and_its_server_has_no_port()
    {
        var path = await source.Dump(source.NewFolder(), "shop.dump", "-Fp");
        var told = new List<string>();
        var options = RestoreSource.Options(source.Folder.Path) with { Telling = (_, doing) => { lock (told) told.Add(doing); } };

        var sight = (await Probing.Run(options, Probing.Ask("postgres.restore_drill", ("target", path), ("smoke", Value.List([Value.Of(("sql", "show listen_addresses"), ("value", "")), Value.Of(("sql", "show archive_mode"), ("value", "off")), Value.Of(("sql", "show max_logical_replication_workers"), ("value", "0"))]))))).Sights[0];

        RestoreSource.Is(sight, 6);
        Assert.Contains(told, doing => doing.StartsWith("comparing sales.orders", StringComparison.Ordinal));
        Assert.Equal("restoring, 1.2 GB of 5.0 GB, 120 MB/s, 32 s left", DrillRoom.Words("restoring", 1_200_000_000, 5_000_000_000, TimeSpan.FromSeconds(10)));
    }

    static string CommandLine(string process)
    {
        try { return File.ReadAllText(process + "/cmdline"); }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException) { return ""; } // Ended meanwhile.
    }
}
