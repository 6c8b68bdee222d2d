using System.Text;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Postgres;

public sealed class PostgresMigrationsTests(PostgresFixture fixture) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("muster-").FullName;
    readonly string _database = "m" + Guid.NewGuid().ToString("N");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await fixture.Server.Run($"create database {_database}", Cancel);

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    Task<string> Run(string sql) => fixture.Server.Run(sql, Cancel, _database);

    Task<Sight> Look(params (string, Value)[] more) =>
        Probing.Look(Probing.Options with { Folder = _folder }, "postgres.migrations", more.Or(("target", fixture.Server.ConnectionAs("postgres", fixture.Server.Password, _database)), ("folder", "db")));

    void Write(string name, string text = "")
    {
        var path = Path.Combine(_folder, "db", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    [Fact]
    public async Task Of_EF_Core_what_is_pending_and_what_nobody_knows_is_named()
    {
        Write("20260101000000_Orders.cs");
        Write("20260101000000_Orders.Designer.cs");
        Write("20260201000000_Items.cs");
        Write("ShopModelSnapshot.cs");
        await Run("""create table "__EFMigrationsHistory" ("MigrationId" varchar(150) primary key, "ProductVersion" varchar(32)); insert into "__EFMigrationsHistory" values ('20260101000000_Orders', '10.0.0')""");

        var behind = (await Look()).Seen();
        await Run("""insert into "__EFMigrationsHistory" values ('20260201000000_Items', '10.0.0')""");
        var level = await Look();
        await Run("""insert into "__EFMigrationsHistory" values ('20260301000000_Tried', '10.0.0')""");
        var ahead = (await Look()).Seen();

        Assert.Equal(Value.Texts(["20260201000000_Items"]), behind["pending"]);
        Assert.Equal(Value.False, behind["up_to_date"]);
        Assert.Equal(Value.True, level.Seen()["up_to_date"]);
        Assert.Equal(2, level.Population);
        Assert.Equal((Value)"ef", level.Seen()["tool"]);
        Assert.Equal(Value.Texts(["20260301000000_Tried"]), ahead["unknown"]);
        Assert.Equal(Value.False, ahead["up_to_date"]);
    }

    [Fact]
    public async Task Of_Flyway_a_changed_file_a_failure_and_a_repeatable_one_are_told_apart()
    {
        Write("V1__orders.sql", "create table orders (id int);\r\n");
        Write("V1_10__items.sql", "create table items (id int);\n");
        Write("R__views.sql", "create view v as select 1;\n");
        await Run("""
            create table flyway_schema_history (installed_rank int primary key, version varchar(50), description varchar(200), type varchar(20), script varchar(1000), checksum int, success boolean);
            insert into flyway_schema_history values (0, null, '<< Flyway Schema Creation >>', 'SCHEMA', '"public"', null, true)
            """);
        await Run($"insert into flyway_schema_history values (1, '1', 'orders', 'SQL', 'V1__orders.sql', {Crc("create table orders (id int);")}, true), (2, '1.10', 'items', 'SQL', 'x', {Crc("create table items (id int);")}, true), (3, null, 'views', 'SQL', 'y', {Crc("create view v as select 1;")}, true)");

        var well = (await Look()).Seen();
        Write("V1__orders.sql", "create table orders (id bigint);\n");
        var drifted = (await Look()).Seen();
        Write("V1__orders.sql", "create table orders (id int);");
        Write("R__views.sql", "create view v as select 2;\n");
        var changed = (await Look()).Seen();
        await Run("update flyway_schema_history set success = false where version = '1.10'");
        var failed = (await Look()).Seen();

        Assert.Equal(Value.True, well["up_to_date"]);
        Assert.Equal((Value)"1.10", well["head"]);
        Assert.Equal(Value.Texts(["1"]), drifted["drifted"]);
        Assert.Equal(Value.False, drifted["up_to_date"]);
        Assert.Equal(Value.Texts(["views"]), changed["pending"]);
        Assert.Equal(Value.Texts(["1.10"]), failed["failed"]);
        Assert.Equal(Value.True, failed["dirty"]);
    }

    [Fact]
    public async Task What_a_baseline_stands_for_is_not_pending()
    {
        Write("V1__old.sql");
        Write("V2__new.sql");
        await Run("create table flyway_schema_history (installed_rank int, version text, description text, type text, script text, checksum int, success boolean); insert into flyway_schema_history values (1, '1', 'base', 'BASELINE', '', null, true)");

        Assert.Equal(Value.Texts(["2"]), (await Look()).Seen()["pending"]);
    }

    [Fact]
    public async Task Of_golang_migrate_what_is_dirty_and_what_is_pending_is_told()
    {
        Write("9_orders.up.sql");
        Write("9_orders.down.sql");
        Write("10_items.up.sql");
        await Run("create table schema_migrations (version bigint primary key, dirty boolean not null); insert into schema_migrations values (9, false)");

        var behind = (await Look()).Seen();
        await Run("update schema_migrations set version = 10, dirty = true");
        var dirty = (await Look()).Seen();
        await Run("update schema_migrations set dirty = false");
        var well = (await Look()).Seen();
        await Run("update schema_migrations set version = 11");
        var ahead = (await Look()).Seen();

        Assert.Equal(Value.Texts(["10"]), behind["pending"]);
        Assert.Equal(Value.True, dirty["dirty"]);
        Assert.Equal(Value.False, dirty["up_to_date"]);
        Assert.Equal(Value.True, well["up_to_date"]);
        Assert.Equal((Value)"10", well["expected_head"]);
        Assert.Equal(Value.Texts(["11"]), ahead["unknown"]);
    }

    [Fact]
    public async Task Of_Liquibase_change_sets_are_read_in_every_format_and_a_held_lock_is_told()
    {
        Write("a.changelog.sql", "--liquibase formatted sql\n--changeset mia:1 splitStatements:false\ncreate table a (id int);\n");
        Write("b.xml", "<databaseChangeLog xmlns=\"http://www.liquibase.org/xml/ns/dbchangelog\"><changeSet id=\"2\" author=\"mia\"/></databaseChangeLog>");
        Write("c.yaml", "databaseChangeLog:\n  - changeSet:\n      id: 3\n      author: jon\n");
        Write("d.json", """{ "databaseChangeLog": [ { "changeSet": { "id": "4", "author": "jon" } }, { "include": { "file": "e.sql" } } ] }""");
        Write("e.sql", "select 1;");
        await Run("""
            create table databasechangelog (id varchar(255), author varchar(255), filename varchar(255), orderexecuted int, exectype varchar(10));
            create table databasechangeloglock (id int primary key, locked boolean not null);
            insert into databasechangelog values ('1', 'mia', 'a', 1, 'EXECUTED'), ('2', 'mia', 'b', 2, 'EXECUTED'), ('3', 'jon', 'c', 3, 'MARK_RAN');
            insert into databasechangeloglock values (1, false)
            """);

        var behind = (await Look()).Seen();
        await Run("insert into databasechangelog values ('4', 'jon', 'd', 4, 'RERAN')");
        var well = (await Look()).Seen();
        await Run("update databasechangeloglock set locked = true");
        var locked = (await Look()).Seen();

        Assert.Equal(Value.Texts(["jon:4"]), behind["pending"]);
        Assert.Equal(Value.True, well["up_to_date"]);
        Assert.Equal(Value.False, locked["up_to_date"]);
        Assert.Equal(Value.True, locked["dirty"]);
    }

    [Fact]
    public async Task A_database_without_a_history_has_everything_pending()
    {
        Write("1_orders.up.sql");

        var seen = (await Look()).Seen();

        Assert.Equal(Value.False, seen["history"]);
        Assert.Equal(Value.Texts(["1"]), seen["pending"]);
        Assert.Equal(Value.False, seen["up_to_date"]);
    }

    [Fact]
    public async Task A_folder_that_is_empty_or_not_there_proves_nothing()
    {
        Probing.Blind(await Look(), Blind.Unreadable, "not there");
        Directory.CreateDirectory(Path.Combine(_folder, "db"));
        Probing.Blind(await Look(), Blind.Unreadable, "which tool");
        Assert.Equal(0, (await Look(("tool", "ef"))).Population);
        Probing.Blind(await Look(("folder", "..")), Blind.Refused, "leads out");
    }

    [Fact]
    public async Task The_fingerprint_tells_a_dropped_index_which_no_history_does()
    {
        Write("1_orders.up.sql");
        await Run("create table schema_migrations (version bigint, dirty boolean); insert into schema_migrations values (1, false); create table orders (id int primary key, at timestamptz); create index orders_at on orders (at)");
        var built = (await Look()).Seen();
        await Run("drop index orders_at");
        var dropped = (await Look()).Seen();
        await Run("create index orders_at on orders (at); insert into orders values (1, now())");
        var again = (await Look()).Seen();
        await Run("update pg_index set indisvalid = false where indexrelid = 'orders_at'::regclass");
        var invalid = (await Look()).Seen();

        Assert.Equal(Value.True, dropped["up_to_date"]);
        Assert.NotEqual(built["schema_sha256"], dropped["schema_sha256"]);
        Assert.Equal(built["schema_sha256"], again["schema_sha256"]);
        Assert.Equal(Value.Texts(["public.orders_at"]), invalid["invalid_indexes"]);
    }

    [Fact]
    public async Task Two_histories_are_told_apart_by_their_schema()
    {
        Write("1_orders.up.sql");
        await Run("create schema one; create schema two; create table one.schema_migrations (version bigint, dirty boolean); create table two.schema_migrations (version bigint, dirty boolean); insert into two.schema_migrations values (1, false)");

        Probing.Blind(await Look(), Blind.BadQuestion, "one, two");
        Assert.Equal(Value.True, (await Look(("schema", "two"))).Seen()["up_to_date"]);
        Assert.Equal(Value.False, (await Look(("schema", "one"))).Seen()["up_to_date"]);
    }

    [Fact]
    public async Task A_role_that_may_not_read_the_history_proves_nothing()
    {
        Write("1_orders.up.sql");
        await Run($"create table schema_migrations (version bigint, dirty boolean); create role {_database} login password 'reader-of-nothing'");

        var sight = await Look(("target", fixture.Server.ConnectionAs(_database, "reader-of-nothing", _database)));

        Probing.Blind(sight, Blind.NotAdmitted, "permission denied for table schema_migrations");
    }

    [Fact]
    public async Task Damaged_changelogs_are_read_or_refused_in_words() => await Task.Run(() =>
    {
        foreach (var (name, text) in (ReadOnlySpan<(string, string)>)
                 [
                     ("a.sql", "--liquibase formatted sql\n--changeset mia:1\n--changeset \"a b\":2 x:y\n"), ("a.xml", "<databaseChangeLog><changeSet id=\"2\" author=\"mia\"/></databaseChangeLog>"),
                     ("a.yaml", "databaseChangeLog:\n  - changeSet:\n      id: 3\n      author: jon\n"), ("a.json", """{ "databaseChangeLog": [ { "changeSet": { "id": "4", "author": "jon" } } ] }"""),
                 ])
            Fuzz.Damage([Encoding.UTF8.GetBytes(text)], bytes =>
            {
                try { LiquibaseFile.Read(name, bytes); }
                catch (Unseen refused) { Assert.Equal(Blind.Unreadable, refused.Blind); }
            }, share: 4);
    }, Cancel);

    /// <summary>The check value of CRC-32 (ISO-HDLC) is that of "123456789"; ends of lines do not count, nor does a mark before the first.</summary>
    [Fact]
    public void The_checksum_is_the_one_that_Flyway_writes()
    {
        Assert.Equal(unchecked((int)0xcbf43926), FlywayChecksum.Of("123456789"u8));
        Assert.Equal(FlywayChecksum.Of("ab"u8), FlywayChecksum.Of("\uFEFFa\r\nb\n"u8));
    }

    static int Crc(string line) => FlywayChecksum.Of(Encoding.UTF8.GetBytes(line));
}
