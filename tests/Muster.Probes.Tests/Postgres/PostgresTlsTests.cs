using System.Security.Cryptography.X509Certificates;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Postgres;

public sealed class PostgresTlsTests : IDisposable
{
    readonly LoopbackAuthority _authority = LoopbackAuthority.Create();
    readonly string _folder = Directory.CreateTempSubdirectory("muster-").FullName;

    public PostgresTlsTests() => File.WriteAllText(Path.Combine(_folder, "ca.pem"), _authority.PemOfRoot);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    Task<PostgresServer> Start(string[] access, params string[] settings)
    {
        using var leaf = _authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(89));
        return PostgresServer.Start(new() { Tls = (leaf.ExportCertificatePem(), Key(leaf)), ClientAuthority = _authority.PemOfRoot, Access = access, Settings = settings }, Cancel);
    }

    static string Key(X509Certificate2 leaf) => leaf.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();

    Task<Sight> Look(PostgresServer server, params (string, Value)[] more) => Probing.Look(Probing.Options with { Folder = _folder }, "postgres.tls", more.Or(("target", server.Connection), ("trust", "ca.pem")));

    [Fact]
    public async Task A_server_with_hostssl_alone_refuses_plaintext_and_one_with_host_does_not()
    {
        await using var server = await Start(["hostssl all all 127.0.0.1/32 scram-sha-256"]);
        var strict = (await Look(server)).Seen();
        await server.Admit(["host all all 127.0.0.1/32 scram-sha-256"], Cancel);
        var lax = (await Look(server)).Seen();

        Assert.Equal(Value.True, strict["plaintext_refused"]);
        Assert.Contains("no encryption", ((Value.Text)strict["refusal"]!).Is, StringComparison.Ordinal);
        Assert.Equal(Value.True, strict["tls_let_in"]);
        Assert.Equal((Value)"sasl", strict["asks_for"]);
        Assert.Equal(Value.True, strict["trusted"]);
        Assert.Equal(Value.True, strict["hostname_matches"]);
        Assert.Equal((Value)"TLS1.3", strict["version"]);
        Assert.Equal(Value.Texts(["TLS1.2", "TLS1.3"]), strict["versions"]);
        Assert.Equal(Value.False, strict["certificate_demanded"]);
        Assert.Empty(strict.Items("plain_rules"));
        Assert.Equal(Value.False, lax["plaintext_refused"]);
        Assert.Equal(["line 3: host all all 127.0.0.1 scram-sha-256"], lax.Items("plain_rules").Select(rule => ((Value.Text)rule).Is));
    }

    [Fact]
    public async Task A_rule_for_others_in_plaintext_is_shown_though_this_user_is_refused()
    {
        await using var server = await Start(["hostssl all postgres 127.0.0.1/32 scram-sha-256", "host all legacy 127.0.0.1/32 scram-sha-256"]);

        var seen = (await Look(server)).Seen();

        Assert.Equal(Value.True, seen["plaintext_refused"]);
        Assert.Single(seen.Items("plain_rules"));
    }

    [Fact]
    public async Task A_server_without_TLS_offers_none()
    {
        await using var server = await PostgresServer.Start(new(), Cancel);

        var seen = (await Look(server)).Seen();

        Assert.Equal(Value.False, seen["offers_tls"]);
        Assert.Equal(Value.False, seen["plaintext_refused"]);
        Assert.Null(seen["trusted"]);
    }

    [Fact]
    public async Task A_certificate_is_demanded_where_one_without_is_refused_and_one_with_is_not()
    {
        await using var server = await Start(["hostssl all all 127.0.0.1/32 scram-sha-256 clientcert=verify-ca"]);
        using var client = _authority.Leaf(["relay"], TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        File.WriteAllText(Path.Combine(_folder, "client.pem"), client.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "client.key"), Key(client));

        var with = (await Look(server, ("certificate", "client.pem"), ("key", "client.key"))).Seen();
        var without = (await Look(server)).Seen();
        await server.Admit(["hostssl all all 127.0.0.1/32 scram-sha-256"], Cancel);
        var lax = (await Look(server, ("certificate", "client.pem"), ("key", "client.key"))).Seen();

        Assert.Equal(Value.True, with["certificate_demanded"]);
        Assert.Equal(Value.True, with["tls_let_in"]);
        Assert.Equal(Value.False, without["tls_let_in"]);
        Assert.Null(without["certificate_demanded"]);
        Assert.Equal(Value.False, lax["certificate_demanded"]);
    }

    [Fact]
    public async Task Another_authority_another_name_and_an_old_version_are_seen()
    {
        await using var server = await Start(["hostssl all all 127.0.0.1/32 scram-sha-256"], "ssl_max_protocol_version='TLSv1.2'");
        using var other = LoopbackAuthority.Create();
        File.WriteAllText(Path.Combine(_folder, "other.pem"), other.PemOfRoot);

        var strange = (await Look(server, ("trust", "other.pem"))).Seen();
        var guard = new OutboundGuard(resolve: (_, _) => new([System.Net.IPAddress.Loopback]));
        var named = (await Probing.Look(Probing.Options with { Guard = guard, Folder = _folder }, "postgres.tls", ("target", server.ConnectionAs("postgres", server.Password, "shop", "db.shop.test")), ("trust", "ca.pem"))).Seen();

        Assert.Equal(Value.False, strange["trusted"]);
        Assert.Equal(Value.Texts(["TLS1.2"]), strange["versions"]);
        Assert.Equal(Value.True, named["trusted"]);
        Assert.Equal(Value.False, named["hostname_matches"]);
    }

    [Fact]
    public async Task A_session_over_TLS_verifies_whom_it_speaks_to()
    {
        await using var server = await Start(["hostssl all all 127.0.0.1/32 scram-sha-256"]);
        using var other = LoopbackAuthority.Create();
        File.WriteAllText(Path.Combine(_folder, "other.pem"), other.PemOfRoot);
        var sql = ("sql", (Value)"select version, bits > 0 as good from pg_stat_ssl where pid = pg_backend_pid()");

        Task<Sight> Query(string target, string? trust) => Probing.Look(Probing.Options with { Folder = _folder }, "postgres.query", trust is null ? [("target", target), sql] : [("target", target), sql, ("trust", trust)]);

        Assert.Equal(Value.Of(("version", "TLSv1.3"), ("good", true)), (await Query(server.Connection, "ca.pem")).Seen().Items("rows")[0]);
        Assert.Equal(Value.Of(("version", "TLSv1.3"), ("good", true)), (await Query(server.Connection, null)).Seen().Items("rows")[0]);
        Probing.Blind(await Query(server.Connection, "other.pem"), Blind.Unreachable, "no TLS connection");
        Probing.Blind(await Query(server.Connection + "?sslmode=verify-full", null), Blind.Unreachable, "no TLS connection");
        Probing.Blind(await Query(server.Connection + "?sslmode=disable", null), Blind.NotAdmitted, "no encryption");
    }

    [Fact]
    public async Task A_password_is_never_sent_in_the_clear_to_a_server_that_nobody_vouches_for()
    {
        await using var server = await Start(["host all all 127.0.0.1/32 password"]);

        Probing.Blind(await server.Ask("postgres.query", ("sql", "select 1")), Blind.NotAdmitted, "not allowed");
        Assert.NotNull((await Probing.Look(Probing.Options with { Folder = _folder }, "postgres.query", ("target", server.Connection), ("sql", "select 1"), ("trust", "ca.pem"))).Observation);
    }

    [Fact]
    public async Task Damaged_first_messages_are_read_or_are_none() => await Task.Run(() => Fuzz.Damage(
        [[(byte)'E', .. "SFATAL\0C28000\0Mno pg_hba.conf entry\0\0"u8], [(byte)'R', 0, 0, 0, 10, .. "SCRAM-SHA-256\0\0"u8]],
        bytes =>
        {
            try { if (bytes.Length > 0) PostgresDoor.Read((char)bytes[0], bytes.AsSpan(1)); }
            catch (Unseen) { return; } // Refused, with its reason.
        }), Cancel);
}
