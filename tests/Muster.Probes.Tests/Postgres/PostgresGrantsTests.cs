using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Postgres;

public sealed class PostgresGrantsTests(PostgresFixture fixture) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    readonly string _database = "g" + Guid.NewGuid().ToString("N")[..12];

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await fixture.Server.Run($"create database {_database}", Cancel);
        await fixture.Server.Run($"create role {_database} login password 'role-password'; revoke all on database {_database} from public; grant connect on database {_database} to {_database}", Cancel);
        await Run($"revoke all on schema public from public; grant usage on schema public to {_database}; create table orders (id int generated always as identity primary key, name text); create table items (id int); create table ledger (id int); grant select, insert on orders to {_database}; grant select on items to {_database}");
    }

    public async ValueTask DisposeAsync()
    {
        await fixture.Server.Run($"drop database {_database} with (force)", Cancel);
        await fixture.Server.Run($"drop role {_database}", Cancel);
    }

    Task<string> Run(string sql) => fixture.Server.Run(sql, Cancel, _database);

    static readonly (string, Value)[] AsGranted = [("orders", Value.Texts(["SELECT", "insert"])), ("items", Value.Texts(["SELECT"]))];

    async Task<Value.Fields> Look(params (string, Value)[] allowed) =>
        (await Probing.Look("postgres.grants", ("target", fixture.Server.ConnectionAs(_database, "role-password", _database)), ("allowed", Value.Of(allowed)))).Seen();

    static string[] Texts(Value.Fields seen, string name) => [.. seen.Items(name).Select(item => ((Value.Text)item).Is)];

    [Fact]
    public async Task A_role_with_exactly_what_it_is_allowed_has_nothing_more_and_lacks_nothing()
    {
        var seen = await Look(AsGranted);

        Assert.Empty(Texts(seen, "excess"));
        Assert.Empty(Texts(seen, "missing"));
        Assert.Empty(Texts(seen, "let_through"));
        Assert.Empty(Texts(seen, "kept_out"));
        Assert.Equal(Value.False, seen["superuser"]);
        // Of items three statements, of orders two, of ledger four, and a table in the schema.
        Assert.Equal((Value)10, seen["refused"]);
    }

    [Theory]
    [InlineData("grant delete on items to ROLE", "public.items DELETE", "public.items DELETE")]
    [InlineData("grant update (name) on orders to ROLE", "public.orders UPDATE (some columns)", "public.orders UPDATE")]
    [InlineData("grant select on ledger to public", "public.ledger SELECT", "public.ledger SELECT")]
    [InlineData("grant create on schema public to ROLE", "schema public CREATE", "schema public CREATE")]
    [InlineData("grant truncate on ledger to ROLE", "public.ledger TRUNCATE", null)]
    [InlineData("grant pg_read_all_data to ROLE", "role pg_read_all_data MEMBER", "public.ledger SELECT")]
    [InlineData("alter role ROLE createdb", "attributes CREATEDB", null)]
    [InlineData("alter role ROLE bypassrls", "attributes BYPASSRLS", null)]
    [InlineData("create function root() returns int language sql security definer as 'select 1'", "function public.root() EXECUTE", null)]
    [InlineData("alter table ledger owner to ROLE", "public.ledger TRIGGER", "public.ledger DELETE")]
    [InlineData("grant temporary on database DATABASE to public", "database TEMPORARY", null)]
    public async Task A_right_too_many_is_found_and_where_it_can_be_tried_it_is_let_through(string sql, string excess, string? letThrough)
    {
        await Run(sql.Replace("ROLE", _database, StringComparison.Ordinal).Replace("DATABASE", _database, StringComparison.Ordinal));

        var seen = await Look(AsGranted);

        Assert.Contains(excess, Texts(seen, "excess"));
        if (letThrough is null) Assert.Empty(Texts(seen, "let_through"));
        else Assert.Contains(letThrough, Texts(seen, "let_through"));
        await Run($"alter table ledger owner to postgres");
    }

    [Fact]
    public async Task A_right_that_is_lacking_is_found_and_so_is_one_to_nothing_there_is()
    {
        var seen = await Look([.. AsGranted, ("ledger", Value.Texts(["SELECT"])), ("gone", Value.Texts(["SELECT"]))]);

        Assert.Equal(["public.ledger SELECT", "public.gone SELECT"], Texts(seen, "missing"));
        Assert.Equal(["public.ledger SELECT"], Texts(seen, "kept_out"));
    }

    [Fact]
    public async Task A_superuser_is_called_one()
    {
        var seen = (await fixture.Server.Ask("postgres.grants", ("allowed", Value.Of(("*.*", Value.Texts(["SELECT"])))))).Seen();

        Assert.Equal(Value.True, seen["superuser"]);
        Assert.Contains("attributes SUPERUSER", Texts(seen, "excess"));
    }

    [Fact]
    public async Task Nothing_is_changed_by_trying()
    {
        await Run($"grant insert, update, delete, truncate on items to {_database}; grant create on schema public to {_database}; insert into items values (1), (2)");
        var before = await fixture.Server.Run("select count(*), (select count(*) from items) from pg_class", Cancel, _database);

        await Look(AsGranted);

        Assert.Equal(before, await fixture.Server.Run("select count(*), (select count(*) from items) from pg_class", Cancel, _database));
    }

    [Fact]
    public async Task A_table_that_is_locked_is_no_answer()
    {
        await using var holder = new Npgsql.NpgsqlConnection($"Host=127.0.0.1;Port={fixture.Server.Port};Username=postgres;Password={fixture.Server.Password};Database={_database};Pooling=false");
        await holder.OpenAsync(Cancel);
        await using (var command = new Npgsql.NpgsqlCommand("begin; lock table items in access exclusive mode", holder)) await command.ExecuteNonQueryAsync(Cancel);

        var sight = await Probing.Look("postgres.grants", ("target", fixture.Server.ConnectionAs(_database, "role-password", _database)), ("allowed", Value.Of(AsGranted)), ("statement_timeout", 0.2));

        Assert.Equal(Blind.Deadline, sight.Blind);
    }

    [Fact]
    public async Task It_needs_consent_and_a_map()
    {
        Probing.Blind(await Probing.Look(Probing.Options with { Consent = _ => [] }, "postgres.grants", ("target", fixture.Server.Connection), ("allowed", Value.Of())), Blind.NoConsent, "consent");
        Probing.Blind(await fixture.Server.Ask("postgres.grants"), Blind.BadQuestion, "allowed");
    }
}
