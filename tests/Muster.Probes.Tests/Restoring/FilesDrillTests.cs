using Muster.Probes.Tests.Postgres;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Restoring;

public sealed class FilesDrillTests(RestoreSource source) : IClassFixture<RestoreSource>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    string Wal => source.Folder.PathOf("wal");

    [Theory]
    [InlineData("-Fp")]
    [InlineData("-Ft", "-z")]
    public async Task A_base_backup_is_recovered_to_the_place_in_the_log_that_was_captured_and_holds_those_rows(params string[] how)
    {
        var path = await source.BaseBackup(source.NewFolder(), "base", how);

        var sight = await RestoreSource.Drill(path, ("wal", Wal), ("smoke", "select price = 1.5 from items where id = 2"));

        RestoreSource.Is(sight, 6);
        Assert.Equal((Value)2003, sight.Seen()["rows"]);
        Assert.Equal((Value)"manifest", sight.Seen()["rpo_by"]);
        Assert.Equal(await source.Server.Run("select system_identifier from pg_control_system()", Cancel), sight.Seen().Text("system_identifier"));
    }

    [Fact]
    public async Task A_page_of_a_base_backup_that_was_corrupted_is_found_at_the_first_rung()
    {
        var path = await source.BaseBackup(source.NewFolder(), "base");
        var table = Path.Combine(path, await source.Server.Run("select pg_relation_filepath('sales.orders')", Cancel));
        var bytes = File.ReadAllBytes(table);
        bytes[5000] ^= 0xff;
        File.WriteAllBytes(table, bytes);

        RestoreSource.Is(await RestoreSource.Drill(path, ("wal", Wal)), 0, "pg_verifybackup");
    }

    /// <summary>An archive_command that exits with 0: the server says that all is archived, and recovery to any later point finds nothing.</summary>
    [Fact]
    public async Task An_archive_that_says_success_and_stores_nothing_breaks_where_the_log_is_needed()
    {
        var path = await source.BaseBackup(source.NewFolder(), "base");

        RestoreSource.Is(await RestoreSource.Drill(path, ("wal", source.NewFolder())), 1, "the log ends before");
    }

    [Fact]
    public async Task The_latest_point_is_compared_with_no_manifest_of_another_one_and_its_canary_tells_the_loss()
    {
        var folder = source.NewFolder();
        var path = await source.BaseBackup(folder, "base");

        var sight = await RestoreSource.Drill(path, ("wal", Wal), ("recover_to", "latest"), ("level", "L2"), ("database", "shop"), ("canary", "select max(at) from sales.orders"), ("fault_at", "2026-03-01T08:00:00Z"));

        RestoreSource.Is(sight, 2);
        Assert.Equal((Value)"canary", sight.Seen()["rpo_by"]);
        Assert.Equal((Value)3600, sight.Seen()["rpo"]);
        Probing.Blind(await RestoreSource.Drill(path, ("wal", Wal), ("recover_to", "latest")), Blind.NotReached, "another point");
    }

    [Fact]
    public async Task A_row_that_was_deleted_later_is_there_at_the_time_before()
    {
        var path = await source.BaseBackup(source.NewFolder(), "base");
        await source.Server.Run("insert into items values (500, 5)", Cancel);
        var before = await source.Server.Run("select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')", Cancel);
        await source.Server.Run("delete from items where id = 500", Cancel);
        await source.Switch();
        Task<Sight> At(string time, string query) => RestoreSource.Drill(path, ("wal", Wal), ("recover_to", time), ("level", "L2"), ("database", "shop"), ("smoke", query));

        RestoreSource.Is(await At(before, "select count(*) = 1 from items where id = 500"), 2);
        RestoreSource.Is(await At("latest", "select count(*) = 1 from items where id = 500"), 2, "L6 (queries answered): query 1 is not true");
    }

    [Fact]
    public async Task Pgbackrest_restores_with_its_key_and_not_with_another()
    {
        var folder = source.NewFolder();
        var data = source.Server.Data;
        foreach (var name in (string[])["repository", "locks", "logs"]) Directory.CreateDirectory(Path.Combine(folder, name));
        string Configuration(string name, string key) => source.Folder.Write(Path.GetFileName(folder) + "/" + name, $"[global]\nrepo1-path={folder}/repository\nrepo1-cipher-type=aes-256-cbc\nrepo1-cipher-pass={key}\nlock-path={folder}/locks\nlog-path={folder}/logs\nlog-level-file=off\nstart-fast=y\narchive-check=y\n[shop]\npg1-path={data}\npg1-port={source.Server.Port}\npg1-socket-path={source.Server.Folder.Path}\npg1-user=postgres\n");
        var configuration = Configuration("pgbackrest.conf", "the-production-key");
        Task BackRest(params string[] words) => ServerProcess.Run(source.Folder, "pgbackrest", ["--config=" + configuration, "--stanza=shop", .. words], Cancel);
        await source.Server.Set("archive_command", $"pgbackrest --config={configuration} --stanza=shop archive-push %p", Cancel);
        try
        {
            await BackRest("stanza-create");
            await BackRest("backup");
            var captured = await PostgresCapture.Capture(RestoreSource.Options(folder), new(source.Server.Connection, null, null, null), Cancel);
            File.WriteAllBytes(Path.Combine(folder, "shop.manifest.json"), CanonicalJson.Bytes(captured.Manifest!));
            await source.Server.Run("create table moved (); drop table moved", Cancel);
            await BackRest("check");
        }
        finally { await source.Server.Set("archive_command", $"cp %p {Wal}/%f", Cancel); }

        var sight = await RestoreSource.Drill(configuration, ("format", "pgbackrest"), ("stanza", "shop"), ("manifest", "shop.manifest.json"));

        RestoreSource.Is(sight, 5);
        Assert.Equal(Value.True, sight.Seen()["encrypted"]);
        Assert.Equal((Value)"tool", sight.Seen()["backup"].At("made_by"));
        var wrong = await RestoreSource.Drill(Configuration("wrong.conf", "some-other-long-key"), ("format", "pgbackrest"), ("stanza", "shop"), ("manifest", "shop.manifest.json"));
        RestoreSource.Is(wrong, 0, "L1 (readable)");
    }

    [Fact]
    public async Task Barman_restores_to_the_captured_place_in_the_log()
    {
        var folder = source.NewFolder();
        var where = $"host={source.Server.Folder.Path} port={source.Server.Port} user=postgres";
        var configuration = source.Folder.Write(Path.GetFileName(folder) + "/barman.conf",
            $"[barman]\nbarman_home = {folder}/home\nbarman_user = {source.Folder.User ?? Environment.UserName}\nlog_file = {folder}/log\nconfiguration_files_directory = {folder}/none\n[shop]\ndescription = shop\nconninfo = {where} dbname=postgres\nstreaming_conninfo = {where}\nbackup_method = postgres\narchiver = on\npath_prefix = /usr/lib/postgresql/15/bin\n");
        Directory.CreateDirectory(Path.Combine(folder, "home/shop/incoming"));
        source.Folder.Own();
        Task Barman(params string[] words) => ServerProcess.Run(source.Folder, "barman", ["-c", configuration, .. words], Cancel);
        await source.Server.Set("archive_command", $"cp %p {folder}/home/shop/incoming/%f", Cancel);
        try
        {
            await Barman("switch-wal", "--force", "--archive", "shop");
            await Barman("backup", "--wait", "shop");
            var captured = await PostgresCapture.Capture(RestoreSource.Options(folder), new(source.Server.Connection, null, null, null), Cancel);
            File.WriteAllBytes(Path.Combine(folder, "shop.manifest.json"), CanonicalJson.Bytes(captured.Manifest!));
            await source.Server.Run("create table moved (); drop table moved", Cancel);
            await Barman("switch-wal", "--force", "--archive", "shop");
        }
        finally { await source.Server.Set("archive_command", $"cp %p {Wal}/%f", Cancel); }

        var sight = await RestoreSource.Drill(configuration, ("format", "barman"), ("stanza", "shop"), ("manifest", "shop.manifest.json"));

        RestoreSource.Is(sight, 5);
        Assert.Equal((Value)2003, sight.Seen()["rows"]);
    }
}
