using System.Text;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Postgres;

public sealed class PostgresBackupFreshnessTests(PostgresBackupFreshnessTests.Archiving archiving) : IClassFixture<PostgresBackupFreshnessTests.Archiving>, IDisposable
{
    /// <summary>A server that archives, and its own system identifier.</summary>
    public sealed class Archiving : IAsyncLifetime
    {
        public PostgresServer Server { get; private set; } = null!;

        public string System { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            Server = await PostgresServer.Start(new() { Archive = "cp %p ../wal-%f" }, Cancel);
            System = await Server.Run("select system_identifier from pg_control_system()", Cancel);
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }

    readonly string _folder = Directory.CreateTempSubdirectory("muster-").FullName;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    PostgresServer Server => archiving.Server;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    Task<Sight> Look(params (string, Value)[] more) => Probing.Look(Probing.Options with { Folder = _folder, MayRunCommands = true }, "postgres.backup_freshness", more.Or(("target", Server.Connection)));

    async Task<Value.Fields> Report(string json, params (string, Value)[] more)
    {
        File.WriteAllText(Path.Combine(_folder, "info.json"), json);
        return (await Look([("report", "info.json"), .. more])).Seen();
    }

    string PgBackRest(string backups, string? system = null) =>
        $$"""[ { "name": "shop", "cipher": "aes-256-cbc", "status": { "code": 0, "message": "ok" }, "repo": [ { "key": 1, "cipher": "aes-256-cbc" } ], "db": [ { "id": 1, "repo-key": 1, "system-id": {{system ?? archiving.System}} } ], "backup": [ {{backups}} ] } ]""";

    static string Taken(string label, string type, long ago, string more = "") =>
        $$"""{ "label": "{{label}}", "type": "{{type}}", "database": { "id": 1, "repo-key": 1 }, "timestamp": { "start": {{Now - ago - 60}}, "stop": {{Now - ago}} }, "info": { "size": 1048576 } {{more}} }""";

    [Fact]
    public async Task The_newest_good_backup_counts()
    {
        var seen = await Report(PgBackRest($"{Taken("A", "full", 90000)}, {Taken("A_B", "incr", 3600, """, "prior": "A", "reference": [ "A" ] """)}, {Taken("C", "full", 60, """, "error": true """)}"));

        Assert.Equal((Value)"pgbackrest", seen["tool"]);
        Assert.Equal((Value)"A_B", seen["label"]);
        Assert.Equal((Value)2, seen["backups"]);
        Assert.Equal(Value.Texts(["C"]), seen["faulty"]);
        Assert.InRange(((Value.Number)seen["age"]!).Is, 3600, 3700);
        Assert.InRange(((Value.Number)seen["full_age"]!).Is, 90000, 90100);
        Assert.Equal(Value.True, seen["status_ok"]);
        Assert.Equal(Value.True, seen["encrypted"]);
        Assert.Equal((Value)1048576, seen["size"]);
    }

    [Fact]
    public async Task One_that_lacks_what_it_builds_on_does_not_count()
    {
        var seen = await Report(PgBackRest(Taken("A_B", "incr", 60, """, "prior": "A", "reference": [ "A" ] """)));

        Assert.Equal((Value)0, seen["backups"]);
        Assert.Equal(Value.Texts(["A_B"]), seen["broken_chains"]);
        Assert.Null(seen["age"]);
    }

    [Fact]
    public async Task One_of_another_cluster_does_not_count()
    {
        var seen = await Report(PgBackRest(Taken("A", "full", 60), "7300000000000000001"));

        Assert.Equal((Value)0, seen["backups"]);
        Assert.Equal(Value.Texts(["A"]), seen["of_another_system"]);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""[ { "name": "shop", "status": { "code": 2, "message": "no valid backups" }, "backup": [], "db": [] } ]""")]
    public async Task An_empty_list_holds_no_backup(string json)
    {
        var seen = await Report(json);

        Assert.Equal((Value)0, seen["backups"]);
        Assert.Equal(Value.False, seen["status_ok"]);
        Assert.Null(seen["age"]);
    }

    [Fact]
    public async Task Of_WAL_G_the_end_counts_and_not_the_time_of_the_object()
    {
        var (end, system) = (Instant.Write(TimeProvider.System.GetUtcNow().AddHours(-2)), archiving.System);
        var seen = await Report($$"""
            [ { "backup_name": "base_000000010000000000000004", "time": "{{end}}", "finish_time": "{{end}}", "system_identifier": {{system}}, "uncompressed_size": 7 },
              { "backup_name": "base_000000010000000000000008_D_000000010000000000000006", "time": "{{end}}", "finish_time": "{{end}}", "system_identifier": {{system}} } ]
            """);

        Assert.Equal((Value)"base_000000010000000000000004", seen["label"]);
        Assert.Equal(Value.Texts(["base_000000010000000000000008_D_000000010000000000000006"]), seen["broken_chains"]);
        File.WriteAllText(Path.Combine(_folder, "short.json"), """[ { "backup_name": "base_1", "time": "2026-03-01T09:00:00Z" } ]""");
        Probing.Blind(await Look(("report", "short.json")), Blind.Unreadable, "--detail");
    }

    [Fact]
    public async Task Of_barman_only_what_is_done_counts()
    {
        var json = $$"""{ "shop": [ { "backup_id": "20260301T090000", "status": "DONE", "end_time": "Sun Mar  1 09:00:00 2026", "end_time_timestamp": "{{Now - 100}}", "size_bytes": 9 }, { "backup_id": "20260302T090000", "status": "FAILED" } ] }""";
        var seen = await Report(json);

        Assert.Equal((Value)"20260301T090000", seen["label"]);
        Assert.Equal(Value.Texts(["20260302T090000"]), seen["faulty"]);
    }

    [Fact]
    public async Task A_base_backup_counts_while_it_is_whole()
    {
        await ServerProcess.Run(Server.Folder, "/usr/lib/postgresql/15/bin/pg_basebackup", ["-D", Server.Folder.PathOf("base/one"), "-h", Server.Folder.Path, "-p", $"{Server.Port}", "-U", "postgres", "-c", "fast", "--no-sync"], Cancel);
        var place = Server.Folder.PathOf("base");
        Task<Sight> Whole() => Probing.Look(Probing.Options with { MayLeaveFolder = true }, "postgres.backup_freshness", ("target", Server.Connection), ("folder", place));

        var whole = (await Whole()).Seen();
        File.AppendAllText(Path.Combine(place, "one", "PG_VERSION"), "x");
        var longer = (await Whole()).Seen();
        File.AppendAllText(Path.Combine(place, "one", "backup_manifest"), " ");
        var manifest = Path.Combine(place, "one", "backup_manifest");
        File.WriteAllText(manifest, File.ReadAllText(manifest)[..400]);
        var cut = (await Whole()).Seen();

        Assert.Equal((Value)1, whole["backups"]);
        Assert.InRange(((Value.Number)whole["age"]!).Is, 0, 120);
        Assert.Equal(Value.Texts(["one"]), longer["faulty"]);
        Assert.Equal(Value.Texts(["one"]), cut["faulty"]);
    }

    [Fact]
    public async Task A_segment_that_is_ended_reaches_the_archive_or_does_not()
    {
        var well = await Report(PgBackRest(Taken("A", "full", 60)), ("round_trip", true));
        await Server.Set("archive_command", "/bin/false", Cancel);
        var sick = await Report(PgBackRest(Taken("A", "full", 60)), ("round_trip", true), ("patience", 3));
        var counted = await Report(PgBackRest(Taken("A", "full", 60)));
        await Server.Set("archive_command", "cp %p ../wal-%f", Cancel);
        var mended = await Report(PgBackRest(Taken("A", "full", 60)), ("round_trip", true));

        Assert.Equal(Value.True, well["archived"]);
        Assert.NotNull(well["archived_in"]);
        Assert.True(File.Exists(Server.Folder.PathOf("wal-" + ((Value.Text)well["segment"]!).Is)));
        Assert.Equal(Value.False, sick["archived"]);
        Assert.True(((Value.Number)sick["archive_failures"]!).Is >= 1);
        Assert.Equal(Value.False, counted["archiving"]);
        Assert.Equal(Value.True, mended["archived"]);
        Assert.Equal(Value.True, mended["archiving"]);
    }

    [Fact]
    public async Task A_command_that_prints_the_list_needs_leave_and_must_print_it()
    {
        var json = PgBackRest(Taken("A", "full", 60));
        File.WriteAllText(Path.Combine(_folder, "info.json"), json);

        var seen = (await Look(("command", Value.Texts(["cat", "info.json"])))).Seen();

        Assert.Equal((Value)1, seen["backups"]);
        Probing.Blind(await Look(("command", Value.Texts(["cat", "none.json"]))), Blind.Unreadable, "ended with 1");
        Probing.Blind(await Probing.Look(Probing.Options with { Folder = _folder }, "postgres.backup_freshness", ("target", Server.Connection), ("command", Value.Texts(["cat", "info.json"]))), Blind.NoConsent, "commands");
    }

    [Fact]
    public async Task What_is_no_list_is_named()
    {
        Probing.Blind(await Look(), Blind.BadQuestion, "exactly one");
        Probing.Blind(await Look(("report", "none.json")), Blind.Unreadable, "not there");
        File.WriteAllText(Path.Combine(_folder, "other.json"), """{ "status": "ok" }""");
        Probing.Blind(await Look(("report", "other.json")), Blind.Unreadable, "no tool that is read here");
        File.WriteAllText(Path.Combine(_folder, "text.json"), "stanza: shop");
        Probing.Blind(await Look(("report", "text.json")), Blind.Unreadable, "not JSON");
        File.WriteAllText(Path.Combine(_folder, "ahead.json"), PgBackRest(Taken("A", "full", -7200)));
        Probing.Blind(await Look(("report", "ahead.json")), Blind.Unreadable, "yet to come");
    }

    [Fact]
    public async Task Damaged_lists_are_read_or_refused_in_words() => await Task.Run(() => Fuzz.Damage(
        [
            Encoding.UTF8.GetBytes("""[ { "name": "shop", "status": { "code": 0 }, "repo": [ { "cipher": "none" } ], "db": [ { "id": 1, "system-id": 7 } ], "backup": [ { "label": "A", "type": "full", "database": { "id": 1 }, "timestamp": { "stop": 1772355600 }, "reference": [ "B" ] } ] } ]"""),
            Encoding.UTF8.GetBytes("""[ { "backup_name": "base_04_D_03", "finish_time": "2026-03-01T09:00:00Z" } ]"""),
            Encoding.UTF8.GetBytes("""{ "shop": [ { "backup_id": "1", "status": "DONE", "end_time_timestamp": "1772355600" } ] }"""),
        ],
        bytes =>
        {
            Value report;
            try { report = Value.Parse(bytes); }
            catch (Exception none) when (none is System.Text.Json.JsonException or InvalidOperationException) { return; } // Not JSON: the file's reader says so.

            foreach (var tool in (string?[])[null, "pgbackrest", "wal-g", "barman"])
                try { BackupReport.Read(report, tool, null); }
                catch (Unseen refused) { Assert.True(refused.Blind is Blind.Unreadable or Blind.BadQuestion); }
        }, share: 4), Cancel);

    [Fact]
    public async Task Damaged_manifests_are_never_whole_by_accident() => await Task.Run(() => Fuzz.Damage(
        [Encoding.UTF8.GetBytes("{ \"PostgreSQL-Backup-Manifest-Version\": 1,\n\"Files\": [\n{ \"Path\": \"PG_VERSION\", \"Size\": 3, \"Last-Modified\": \"2026-03-01 09:00:00 GMT\" }\n],\n\"WAL-Ranges\": [],\n\"Manifest-Checksum\": \"00\"}\n")],
        bytes => Assert.False(BaseBackup.Of("one", bytes, _ => 3).Good)), Cancel);
}
