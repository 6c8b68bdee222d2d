using System.Text;
using Muster.Probes.Tests.Postgres;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Restoring;

public sealed class DumpDrillTests(RestoreSource source) : IClassFixture<RestoreSource>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static string ManifestOf(string path) => path + ".manifest.json";

    /// <summary>The manifest without the dump's checksum, as where another tool made the dump.</summary>
    static void ForgetSum(string path) => Change(path, manifest => manifest.With("of", (Value?)null));

    static void Change(string path, Func<Value.Fields, Value.Fields> how) => File.WriteAllBytes(ManifestOf(path), CanonicalJson.Bytes(how((Value.Fields)Value.Parse(File.ReadAllBytes(ManifestOf(path))))));

    [Theory]
    [InlineData("-Fc")]
    [InlineData("-Fd")]
    [InlineData("-Ft")]
    [InlineData("-Fp", "--create")]
    [InlineData("-Fp", "-Z5")]
    public async Task A_dump_of_each_format_is_restored_and_holds_what_was_captured_in_its_snapshot(params string[] format)
    {
        var path = await source.Dump(source.NewFolder(), "shop.dump", format);

        var sight = await RestoreSource.Drill(path, ("smoke", Value.List([Value.Of(("sql", "select count(*) from sales.orders"), ("value", 2000)), "select count(*) >= 1 from public.cheap", "select pg_get_userbyid(relowner) = 'postgres' from pg_class where relname = 'orders'"])));

        RestoreSource.Is(sight, 6);
        var seen = sight.Seen();
        Assert.Equal((Value)2, seen["tables"]);
        Assert.Equal((Value)2003, seen["rows"]);
        Assert.Equal((Value)"manifest", seen["rpo_by"]);
        Assert.InRange(((Value.Number)seen["rpo"]!).Is, 0, 120);
        Assert.InRange(((Value.Number)seen["rto"]!).Is, 0.1, 120);
        Assert.Equal((Value)"shop.dump", seen["backup"].At("name"));
        Assert.StartsWith("15", seen["backup"].Text("version"), StringComparison.Ordinal);
        Assert.Equal(Value.False, seen["encrypted"]);
    }

    /// <summary>Trap 1: there is a fresh file, it restores, and the exit code is 0.</summary>
    [Fact]
    public async Task A_fresh_dump_that_restores_without_an_error_and_lacks_one_row_breaks_at_the_counts()
    {
        var path = await Lacking("delete from sales.orders where id = 7", "insert into sales.orders (id, name, price, data, tags) select 7, 'order 7', 7.7, decode('00ff', 'hex'), array['a', null]");

        var sight = await RestoreSource.Drill(path);

        RestoreSource.Is(sight, 3, "L4 (row counts equal)");
        Assert.Equal(Value.Texts(["sales.orders: 1999 rows, and 2000 were captured"]), sight.Seen()["differences"]);
    }

    [Fact]
    public async Task Of_tables_that_are_named_only_those_are_compared_and_one_that_is_none_is_said_before_anything_is_restored()
    {
        var path = await Lacking("delete from sales.orders where id = 7", "insert into sales.orders (id, name, price, data, tags) select 7, 'order 7', 7.7, decode('00ff', 'hex'), array['a', null]");

        var sight = await RestoreSource.Drill(path, ("tables", Value.Texts(["public.items"])));

        RestoreSource.Is(sight, 5);
        Assert.Equal(((Value)1, (Value)3), (sight.Seen()["tables"], sight.Seen()["rows"]));
        Probing.Blind(await RestoreSource.Drill(path, ("tables", Value.Texts(["items"]))), Blind.BadQuestion, "public.orders");
    }

    [Fact]
    public async Task A_dump_with_as_many_rows_of_which_one_is_another_breaks_at_the_rows()
    {
        var path = await Lacking("update sales.orders set name = 'ordre 7' where id = 7", "update sales.orders set name = 'order 7' where id = 7");

        var sight = await RestoreSource.Drill(path);

        RestoreSource.Is(sight, 4, "L5 (rows equal)");
    }

    [Fact]
    public async Task A_dump_that_lacks_a_table_breaks_at_the_schema()
    {
        var path = await Lacking("select 1", "select 1", "--exclude-table=public.items", "--exclude-table=public.cheap");

        var sight = await RestoreSource.Drill(path);

        RestoreSource.Is(sight, 2, "L3 (schema equal)");
        Assert.Equal(Value.Texts(["public.items: the table is not there"]), sight.Seen()["differences"]);
    }

    /// <summary>A dump of another moment under the manifest of this one.</summary>
    async Task<string> Lacking(string spoil, string mend, params string[] how)
    {
        var folder = source.NewFolder();
        var path = await source.Dump(folder, "shop.dump", "-Fc");
        ForgetSum(path);
        await source.Server.Run(spoil, Cancel);
        await source.Tool("pg_dump", ["-Fc", .. how, "-f", path, "-h", "127.0.0.1", "-p", source.Server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), "-U", "postgres", "shop"]);
        await source.Server.Run(mend, Cancel);
        return path;
    }

    [Fact]
    public async Task A_dump_that_is_cut_off_is_not_readable()
    {
        var path = await source.Dump(source.NewFolder(), "shop.dump", "-Fc");
        using (var file = File.OpenWrite(path)) file.SetLength(file.Length - 2000);

        RestoreSource.Is(await RestoreSource.Drill(path), 0, "bytes, and");
        ForgetSum(path);
        RestoreSource.Is(await RestoreSource.Drill(path), 0, "L1 (readable): it cannot be restored");
    }

    [Fact]
    public async Task A_plain_dump_that_is_cut_off_within_its_rows_is_not_readable_though_psql_takes_it()
    {
        var path = await source.Dump(source.NewFolder(), "shop.sql", "-Fp");
        ForgetSum(path);
        File.WriteAllLines(path, File.ReadLines(path).Take(200).ToList());

        RestoreSource.Is(await RestoreSource.Drill(path), 0, "is cut off");
    }

    [Fact]
    public async Task A_dump_with_other_bytes_than_were_made_is_not_readable()
    {
        var path = await source.Dump(source.NewFolder(), "shop.dump", "-Fc");
        var bytes = File.ReadAllBytes(path);
        bytes[^100] ^= 1;
        File.WriteAllBytes(path, bytes);

        RestoreSource.Is(await RestoreSource.Drill(path), 0, "SHA-256");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(32)]
    public async Task The_newest_is_drilled_though_it_is_empty_and_an_older_one_is_whole(int bytes)
    {
        var folder = source.NewFolder();
        await source.Dump(folder, "shop-1.dump", "-Fc");
        File.WriteAllBytes(Path.Combine(folder, "shop-2.dump"), new byte[bytes]);

        var sight = await RestoreSource.Drill(folder);

        RestoreSource.Is(sight, 0, "it is no dump");
        Assert.Equal((Value)"shop-2.dump", sight.Seen()["backup"].At("name"));
        Assert.Equal((Value)2, sight.Seen()["backups"]);
    }

    [Fact]
    public async Task A_dump_that_was_deleted_and_whose_manifest_is_the_newest_is_not_readable()
    {
        var folder = source.NewFolder();
        await source.Dump(folder, "shop-1.dump", "-Fc");
        File.Delete(await source.Dump(folder, "shop-2.dump", "-Fc"));

        RestoreSource.Is(await RestoreSource.Drill(folder), 0, "shop-2.dump is not");
    }

    [Fact]
    public async Task A_folder_without_a_backup_fails()
    {
        var sight = await RestoreSource.Drill(source.NewFolder());

        RestoreSource.Is(sight, 0, "no backup");
        Assert.Equal(1, sight.Population);
    }

    [Fact]
    public async Task An_old_dump_that_was_copied_today_is_an_old_one_and_not_the_newest()
    {
        var folder = source.NewFolder();
        await source.Dump(folder, "shop-1.dump", "-Fc");
        var old = await source.Dump(folder, "shop-2.dump", "-Fc");
        Change(old, manifest => manifest.With("taken", TimeProvider.System.GetUtcNow().AddDays(-3)));

        Assert.Equal((Value)"shop-1.dump", (await RestoreSource.Drill(folder, ("level", "L1"))).Seen()["backup"].At("name"));
        Assert.InRange(((Value.Number)(await RestoreSource.Drill(old, ("level", "L1"))).Seen()["age"]!).Is, 3 * 86400, 3 * 86400 + 600);
    }

    [Fact]
    public async Task An_encrypted_dump_is_opened_by_its_key_and_by_no_other_and_neither_is_told()
    {
        var folder = source.NewFolder();
        var path = await source.Dump(folder, "shop.dump", "-Fc");
        ForgetSum(path);
        File.WriteAllText(Path.Combine(folder, "key"), "the-production-key");
        await ServerProcess.Run(source.Folder, "openssl", ["enc", "-aes-256-cbc", "-pbkdf2", "-pass", "file:" + Path.Combine(folder, "key"), "-in", path, "-out", path + ".enc"], Cancel);
        File.Move(path + ".enc", path, overwrite: true);
        Task<Sight> Open(string key) => RestoreSource.Drill(path, ("target", Value.Of(("path", path), ("key", key))), ("level", "L1"), ("decrypt", Value.Texts(["openssl", "enc", "-d", "-aes-256-cbc", "-pbkdf2", "-pass", "file:{key}"])));

        var opened = await Open("the-production-key");
        var wrong = await Open("some-other-long-key");

        RestoreSource.Is(opened, 1);
        Assert.Equal(Value.True, opened.Seen()["encrypted"]);
        RestoreSource.Is(wrong, 0, "the key does not open it");
        RestoreSource.Is(await RestoreSource.Drill(path, ("level", "L1")), 0, "it is no dump");
        Assert.DoesNotContain("-key", wrong.Seen().ToString(), StringComparison.Ordinal);
        Probing.Blind((await Probing.Run(RestoreSource.Options(folder) with { MayRunCommands = false }, Probing.Ask("postgres.restore_drill", ("target", path), ("decrypt", Value.Texts(["cat"]))))).Sights[0], Blind.NoConsent, "decrypt");
    }

    [Fact]
    public async Task A_dump_that_is_only_packed_is_not_encrypted_whatever_key_is_handed_to_what_unpacks_it()
    {
        var path = await source.Dump(source.NewFolder(), "shop.dump", "-Fc");
        ForgetSum(path);
        File.WriteAllText(path, Convert.ToBase64String(File.ReadAllBytes(path)));
        async Task<Value?> Encrypted(params string[] command)
        {
            var sight = await RestoreSource.Drill(path, ("target", Value.Of(("path", path), ("key", "the-production-key"))), ("level", "L1"), ("decrypt", Value.Texts(command)));
            RestoreSource.Is(sight, 1);
            return sight.Seen()["encrypted"];
        }

        Assert.Equal(Value.False, await Encrypted("sh", "-c", "test -s {key} && base64 -d"));
        Assert.Null(await Encrypted("base64", "-d"));
    }

    [Fact]
    public async Task A_fault_before_the_newest_record_tells_no_loss()
    {
        var path = await source.Dump(source.NewFolder(), "shop.dump", "-Fc");

        Probing.Blind(await RestoreSource.Drill(path, ("level", "L2"), ("fault_at", "2020-01-01T00:00:00Z")), Blind.BadQuestion, "before the newest record");
        Probing.Blind(await RestoreSource.Drill(path, ("level", "L2"), ("canary", "select now() + interval '1 day'")), Blind.Unreadable, "yet to come");
    }

    [Theory]
    [InlineData("-Fc")]
    [InlineData("-Fp", "--create")]
    public async Task A_dump_of_an_empty_database_comes_to_no_running_one(params string[] how)
    {
        var path = Path.Combine(source.NewFolder(), "empty.dump");
        await source.Server.Run("drop database if exists hollow", Cancel, "postgres");
        await source.Server.Run("create database hollow", Cancel, "postgres");
        await source.Tool("pg_dump", [.. how, "-f", path, "-h", "127.0.0.1", "-p", source.Server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), "-U", "postgres", "hollow"]);

        RestoreSource.Is(await RestoreSource.Drill(path, ("level", "L2")), 1, "holds no table");
    }

    [Fact]
    public async Task A_plain_dump_that_makes_its_own_database_is_asked_there_without_a_manifest_too()
    {
        var path = await source.Dump(source.NewFolder(), "shop.sql", "-Fp", "--create");
        File.Delete(ManifestOf(path));

        RestoreSource.Is(await RestoreSource.Drill(path, ("level", "L2"), ("roles", Value.Texts(["clerk", "blind"])), ("smoke", "select count(*) = 2000 from sales.orders")), 2);
        Probing.Blind((await Probing.Run(RestoreSource.Options(source.Folder.Path) with { MayRunCommands = false }, Probing.Ask("postgres.restore_drill", ("target", path), ("level", "L2")))).Sights[0], Blind.NoConsent, "plain dump");
    }

    [Theory]
    [InlineData("-Fc")]
    [InlineData("-Fp")]
    public async Task An_old_dump_under_a_manifest_of_today_is_as_old_as_it_was_made(string format)
    {
        var path = await source.Dump(source.NewFolder(), "shop.dump", format);
        ForgetSum(path);
        if (format == "-Fc") Change(path, manifest => manifest.With("taken", TimeProvider.System.GetUtcNow().AddHours(15)));
        else File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().AddHours(-15).UtcDateTime);

        var sight = await RestoreSource.Drill(path);

        RestoreSource.Is(sight, 5);
        Assert.Equal("backup", sight.Seen().Text("rpo_by"));
        Assert.InRange(((Value.Number)sight.Seen()["rpo"]!).Is, format == "-Fc" ? 0 : 15 * 3600 - 5, 16 * 3600);
        Assert.Equal(sight.Seen()["rpo"], sight.Seen()["age"]);
    }

    [Fact]
    public async Task The_newest_is_drilled_though_it_is_a_folder_that_is_no_backup_or_a_manifest_alone()
    {
        var folder = source.NewFolder();
        await source.Dump(folder, "shop-1", "-Fd");
        Directory.CreateDirectory(Path.Combine(folder, "shop-2"));
        Directory.CreateDirectory(Path.Combine(folder, "wal"));

        RestoreSource.Is(await RestoreSource.Drill(folder, ("files", "shop-*")), 0, "neither a dump nor a base backup");
        RestoreSource.Is(await RestoreSource.Drill(folder, ("level", "L1")), 1);
        Directory.Delete(Path.Combine(folder, "shop-1"), recursive: true);
        RestoreSource.Is(await RestoreSource.Drill(folder, ("format", "basebackup")), 0, "shop-1 is not");
    }

    [Fact]
    public async Task What_was_restored_is_not_told_where_a_query_gives_another_value()
    {
        var path = await source.Dump(source.NewFolder(), "shop.dump", "-Fc");
        var another = await RestoreSource.Drill(path, ("smoke", Value.List([Value.Of(("sql", "select name from sales.orders where id = 7"), ("value", "nobody"))])));
        var refused = await RestoreSource.Drill(path, ("smoke", "select name::int from sales.orders where id = 7"));

        RestoreSource.Is(another, 5, "gives another value, and nobody was expected");
        RestoreSource.Is(refused, 5, "is refused with 22P02");
        Assert.DoesNotContain("order 7", another.Seen().ToString() + refused.Seen(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_manifest_it_comes_to_a_running_server_and_no_further()
    {
        var path = await source.Dump(source.NewFolder(), "shop.dump", "-Fc");
        File.Delete(ManifestOf(path));

        Probing.Blind(await RestoreSource.Drill(path), Blind.NotReached, "came to L2");
    }

    [Fact]
    public async Task A_manifest_that_names_nothing_verifies_nothing()
    {
        var path = await source.Dump(source.NewFolder(), "shop.dump", "-Fc");
        Change(path, manifest => manifest.With("tables", Value.Items.Empty));

        RestoreSource.Is(await RestoreSource.Drill(path), 3, "nothing to compare");
    }

    [Fact]
    public async Task A_query_that_an_application_would_ask_breaks_the_last_rung()
    {
        var path = await source.Dump(source.NewFolder(), "shop.dump", "-Fc");

        RestoreSource.Is(await RestoreSource.Drill(path, ("smoke", "select count(*) > 5000 from sales.orders")), 5, "is not true");
    }

    [Fact]
    public async Task What_is_odd_in_a_database_has_the_same_text_where_it_is_restored()
    {
        await source.Server.Run("create database odd encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0", Cancel, "postgres");
        await source.Server.Run("""
            create type colour as enum ('red', 'green'); create domain positive as int check (value > 0); create type pair as (a int, b text); create schema "Odd ""schema";
            create table "Odd ""schema"."Odd table" ("muster" text, "Odd ""table" money, c colour, p positive, t pair, j json, b jsonb, x xml, i interval, f float8, r int4range, h bytea, d date, z timetz, g int generated always as (p * 2) stored, k regclass);
            create table parts (id int, at date) partition by range (at); create table parts_1 partition of parts for values from ('2026-01-01') to ('2027-01-01'); create table base (id int); create table heir (name text) inherits (base);
            create table lock (id serial); create unlogged table quick (id int); create materialized view seen as select 1 as one; create table nothing (); create table kept (id int, who text); alter table kept enable row level security; create policy own on kept to clerk using (who = current_user);
            set client_encoding = 'UTF8'; insert into "Odd ""schema"."Odd table" values ('é (,"', -1.5, 'green', 3, row(1, ' "x" '), '{"a": 1,  "a": 2}', '{"b": [null]}', '<a> b</a>', '1 year 2 days 03:04:05.678', 0.1::float8 + 0.2, '[1,5)', '\x00ff', 'infinity', '09:00+02', default, 'parts'); insert into "Odd ""schema"."Odd table" (muster) values (null);
            insert into parts values (1, '2026-05-05'); insert into base values (1); insert into heir values (2, 'x'), (2, 'x'); insert into lock default values; insert into quick values (7); insert into nothing default values; insert into kept values (1, 'clerk'), (2, 'other')
            """, Cancel, "odd");
        var folder = source.NewFolder();
        var path = Path.Combine(folder, "odd.dump");
        var captured = await PostgresCapture.Capture(RestoreSource.Options(folder), new(source.Server.ConnectionAs("postgres", source.Server.Password, "odd"), null, async snapshot =>
        {
            await source.Tool("pg_dump", "-Fc", "--snapshot=" + snapshot, "-f", path, "-h", "127.0.0.1", "-p", source.Server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), "-U", "postgres", "odd");
            return true;
        }, path), Cancel);
        File.WriteAllBytes(ManifestOf(path), CanonicalJson.Bytes(captured.Manifest!));

        var sight = await RestoreSource.Drill(path);

        RestoreSource.Is(sight, 5);
        Assert.Equal(((Value)8, (Value)11), (sight.Seen()["tables"], sight.Seen()["rows"]));
    }

    /// <summary>Rows that a policy hides would be missing in both counts, and never missed.</summary>
    [Fact]
    public async Task A_role_from_which_rows_are_hidden_captures_nothing()
    {
        await source.Server.Run("create role blind login password 'blind-password-1'; create table hidden (id int); alter table hidden enable row level security; grant select on all tables in schema public to blind; grant usage on schema sales to blind; grant select on all tables in schema sales to blind", Cancel);
        try
        {
            var captured = await PostgresCapture.Capture(Probing.Options, new(source.Server.ConnectionAs("blind", "blind-password-1"), null, null, null), Cancel);

            Assert.Null(captured.Manifest);
            Assert.Contains("row-level security", captured.Because, StringComparison.Ordinal);
        }
        finally { await source.Server.Run("drop table hidden", Cancel); }
    }

    [Fact]
    public async Task A_dump_of_a_newer_server_than_there_are_programs_for_proves_nothing_and_says_so_before_it_begins()
    {
        var path = await source.Dump(source.NewFolder(), "shop.dump", "-Fc");
        ForgetSum(path);
        var bytes = File.ReadAllBytes(path);
        for (var at = 0; (at = Encoding.Latin1.GetString(bytes, 0, 200).IndexOf("15.", at, StringComparison.Ordinal)) >= 0; at++) (bytes[at], bytes[at + 1]) = ((byte)'9', (byte)'9');
        File.WriteAllBytes(path, bytes);

        Probing.Blind(await RestoreSource.Drill(path), Blind.NotCapable, "the backup is of PostgreSQL 99");
    }

    [Fact]
    public async Task A_machine_without_the_programs_proves_nothing()
    {
        var path = await source.Dump(source.NewFolder(), "shop.dump", "-Fc");

        Probing.Blind(await RestoreSource.Drill(path, ("programs", source.NewFolder())), Blind.NotCapable, "no folder with PostgreSQL's programs");
    }

    [Theory]
    [InlineData("pgbackrest")]
    [InlineData("barman")]
    public async Task A_tool_whose_configuration_names_programs_is_not_run_where_none_may_be(string format) =>
        Probing.Blind((await Probing.Run(RestoreSource.Options(source.Folder.Path) with { MayRunCommands = false }, Probing.Ask("postgres.restore_drill", ("target", source.NewFolder()), ("format", format), ("stanza", "shop")))).Sights[0], Blind.NoConsent, $"the configuration of {format}");

    [Theory]
    [InlineData("level", "L7")]
    [InlineData("format", "zip")]
    [InlineData("smoke", "drop table items; select 1")]
    public async Task What_cannot_be_asked_is_said_before_anything_is_begun(string name, string text) =>
        Assert.Equal(Blind.BadQuestion, (await RestoreSource.Drill(source.NewFolder(), (name, text))).Blind);
}
