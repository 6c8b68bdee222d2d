using System.Net;
using System.Text;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Postgres;

public sealed class PostgresQueryTests(PostgresFixture fixture) : IClassFixture<PostgresFixture>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    PostgresServer Server => fixture.Server;

    Task<Sight> Query(string sql, params (string, Value)[] arguments) => Server.Ask("postgres.query", [("sql", sql), .. arguments.Length == 0 ? [] : ((string, Value)[])[("args", Value.Of(arguments))]]);

    [Fact]
    public async Task Every_type_is_shown_as_what_it_is()
    {
        var seen = (await Query("""
            select true as truth, 7::int2 as small, 7::int8 as whole, 9007199254740993::int8 as large, 0.25::float8 as real, 'NaN'::float8 as nothing, 1.50::numeric as exact,
              123456789012345678.5::numeric as longer, 'text' as text, null as empty, '{"a":[1,null]}'::jsonb as json, '2026-03-01 10:00:00+01'::timestamptz as instant, '{a,b}'::text[] as list
            """)).Seen();

        var row = (Value.Fields)seen.Items("rows")[0];
        Assert.Equal(Value.Of(
            ("truth", true), ("small", 7), ("whole", 7), ("large", "9007199254740993"), ("real", 0.25), ("nothing", "NaN"), ("exact", 1.5), ("longer", "123456789012345678.5"), ("text", "text"),
            ("empty", Value.Null), ("json", Value.Of(("a", Value.List([1, Value.Null])))), ("instant", "2026-03-01T09:00:00.000Z"), ("list", "{a,b}")), row);
        Assert.Null(seen["value"]);
    }

    [Fact]
    public async Task An_argument_stays_an_argument_whatever_it_says()
    {
        var seen = (await Query("select :word as word, length(:word) as length, ':no' as quoted, 1::int4 as cast", ("word", "'); drop table x; --"))).Seen();

        Assert.Equal(Value.Of(("word", "'); drop table x; --"), ("length", 20), ("quoted", ":no"), ("cast", 1)), seen.Items("rows")[0]);
    }

    [Fact]
    public async Task No_row_is_an_answer_and_not_a_pass_by_itself()
    {
        var sight = await Query("select 1 as one where false");

        Assert.Empty(sight.Seen().Items("rows"));
        Assert.Equal(1, sight.Population);
        Assert.Equal(Value.Of(("rows", Value.Of(("count", "at least 1")))), PostgresQueryKind.Declaration.Holds);
    }

    [Theory]
    [InlineData("with gone as (delete from kept returning 1) select * from gone")]
    [InlineData("select nextval('counted')")]
    [InlineData("select set_config('transaction_read_only', 'off', false)")]
    public async Task What_would_write_is_refused(string sql)
    {
        await Server.Run("create table if not exists kept (id int); create sequence if not exists counted; truncate kept; insert into kept values (1)", Cancel);

        var sight = await Query(sql);

        Assert.Equal(Blind.BadQuestion, Assert.NotNull(sight.Blind));
        Assert.Equal("1", await Server.Run("select count(*) from kept", Cancel));
    }

    [Theory]
    [InlineData("commit; delete from kept", "semicolon")]
    [InlineData("delete from kept", "begins with select")]
    [InlineData("copy (select 1) to program 'touch /tmp/x'", "begins with select")]
    [InlineData("select :missing", ":missing")]
    [InlineData("select nothing from nowhere", "nowhere")]
    [InlineData("selec 1", "begins with select")]
    public async Task A_question_that_cannot_be_asked_is_named(string sql, string says) => Probing.Blind(await Query(sql), Blind.BadQuestion, says);

    [Fact]
    public async Task More_rows_than_are_read_are_no_observation() => Probing.Blind(await Query("select * from generate_series(1, 10001)"), Blind.TooLarge, "10000");

    [Fact]
    public async Task A_value_larger_than_is_read_is_no_observation() => Probing.Blind(await Query("select repeat('x', 20000000)"), Blind.TooLarge, "more than the");

    [Fact]
    public async Task The_server_ends_a_statement_that_takes_too_long() =>
        Probing.Blind(await Server.Ask("postgres.query", ("sql", "select pg_sleep(30)"), ("statement_timeout", 0.2)), Blind.Deadline, "statement timeout");

    [Fact]
    public async Task A_password_that_is_refused_is_told_and_not_shown()
    {
        var sight = await Probing.Look("postgres.query", ("target", Server.ConnectionAs("postgres", "wrong-but-secret")), ("sql", "select 'wrong-but-secret'"));

        Probing.Blind(sight, Blind.NotAdmitted, "password authentication failed");
        Assert.DoesNotContain("wrong-but-secret", sight.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_password_is_taken_out_of_what_the_database_says() =>
        Assert.Equal("[secret]", (await Query($"select '{Server.Password}' as echoed")).Seen()["value"]);

    [Fact]
    public async Task A_server_that_was_started_again_is_another()
    {
        var before = await Query("select 1");
        await Server.Restart(Cancel);
        var after = await Query("select 1");

        Assert.NotEqual(before.After, after.Before);
        Assert.Equal(before.Before, before.After);
    }

    [Fact]
    public async Task It_goes_where_the_guard_lets_it_and_nowhere_else()
    {
        var dialled = new List<IPEndPoint>();
        var guard = new OutboundGuard(dial: (to, protocol, cancel) => { dialled.Add(to); return Dialling.Dial(to, protocol, cancel); });

        var seen = await Probing.Look(Probing.Options with { Guard = guard }, "postgres.query", ("target", Server.Connection), ("sql", "select 1"));
        var refused = await Probing.Look(Probing.Options with { Guard = new(new() { Denied = [IPNetwork.Parse("127.0.0.0/8")] }) }, "postgres.query", ("target", Server.Connection), ("sql", "select 1"));

        Assert.NotNull(seen.Observation);
        Assert.Equal([new IPEndPoint(IPAddress.Loopback, Server.Port)], dialled);
        Probing.Blind(refused, Blind.Refused, "denied network");
    }

    [Fact]
    public async Task A_server_that_takes_no_more_connections_is_unreachable_and_one_that_is_gone_too()
    {
        await using var small = await PostgresServer.Start(new() { Settings = ["max_connections=4", "superuser_reserved_connections=0", "max_wal_senders=0"] }, Cancel);
        await small.Stop();

        Assert.Equal(Blind.Unreachable, (await small.Ask("postgres.query", ("sql", "select 1"))).Blind);
    }

    [Theory]
    [InlineData("mysql://shop@127.0.0.1/shop")]
    [InlineData("postgres://127.0.0.1/shop")]
    [InlineData("postgres://shop@127.0.0.1/shop?sslmode=maybe")]
    [InlineData("host=127.0.0.1 user=shop password=not-to-be-told")]
    [InlineData("postgres://shop:pass#not-to-be-told@127.0.0.1/shop")]
    public async Task An_address_that_is_none_is_named_and_not_repeated(string target)
    {
        var sight = await Probing.Look("postgres.query", ("target", target), ("sql", "select 1"));

        Assert.Equal(Blind.BadQuestion, sight.Blind);
        Assert.DoesNotContain("not-to-be-told", sight.Detail!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_statements_are_read_or_left_as_they_are() => await Task.Run(() => Fuzz.Damage(
        [Encoding.ASCII.GetBytes("select :a, ':b', E'\\':c', \"d:e\", $x$ :f $x$, $1 -- :g\n/* /* :h */ */ ::int[1:2] from t where x = :a")],
        bytes => SqlArguments.Read(Encoding.Latin1.GetString(bytes))), Cancel);

    [Fact]
    public void Names_are_found_where_they_are_arguments_alone()
    {
        var (sql, names) = SqlArguments.Read("select :a, ':b', E'\\':c', \"d:e\", $x$ :f $x$ -- :g\n, /* /* :h */ :i */ x::text, y[1:2], :a, :k2");

        Assert.Equal(["a", "k2"], names);
        Assert.Equal("select $1, ':b', E'\\':c', \"d:e\", $x$ :f $x$ -- :g\n, /* /* :h */ :i */ x::text, y[1:2], $1, $2", sql);
    }

    [Fact]
    public async Task Damaged_messages_are_refused_in_words() => await Task.Run(() => Fuzz.Damage(
        [[(byte)'R', 0, 0, 0, 8, 0, 0, 0, 0, (byte)'Z', 0, 0, 0, 5, (byte)'I']],
        bytes =>
        {
            var framing = new PostgresFraming(1024);
            try { framing.Pass(bytes); }
            catch (Unseen refused) { Assert.True(refused.Blind is Blind.Unreadable or Blind.TooLarge); }
        }), Cancel);
}
