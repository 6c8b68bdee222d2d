using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Revoking;

/// <summary>Two real nginx, whose certificates are really exchanged, and which read a list of revoked clients.</summary>
public sealed class CertificateRotationTests : IAsyncLifetime
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muster-renewing-");
    readonly LoopbackAuthority _authority = LoopbackAuthority.Create();
    readonly int _one = Ports.Free(), _two = Ports.Free();
    readonly X509Certificate2 _old;
    NginxServer _first = null!, _second = null!;
    Value.Fields? _earlier;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public CertificateRotationTests() => _old = _authority.Leaf(TimeProvider.System, TimeSpan.FromDays(50), TimeSpan.FromDays(10));

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "ca.pem"), _authority.PemOfRoot, Cancel);
        Put("one", _old);
        Put("two", _old);
        (_first, _second) = (await NginxServer.Start(Config("one", _one), Cancel), await NginxServer.Start(Config("two", _two), Cancel));
    }

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
        _old.Dispose();
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    string PathOf(string name) => Path.Combine(_folder.FullName, name);

    string Config(string name, int port, string more = "") => string.Create(CultureInfo.InvariantCulture, $$"""
        server { listen 127.0.0.1:{{port}} ssl; ssl_certificate {{PathOf(name)}}.pem; ssl_certificate_key {{PathOf(name)}}.key; {{more}} location / { return 200 "in"; } }
        """);

    void Put(string name, X509Certificate2 certificate, ECDsa? key = null)
    {
        File.WriteAllText(PathOf(name + ".pem"), certificate.ExportCertificatePem());
        File.WriteAllText(PathOf(name + ".key"), (key ?? certificate.GetECDsaPrivateKey()!).ExportPkcs8PrivateKeyPem());
    }

    X509Certificate2 Renewed() => _authority.Leaf(TimeProvider.System, TimeSpan.FromMinutes(1), TimeSpan.FromDays(60));

    /// <summary>A script as a document would name it: the next certificate into the place of those that are told, and the servers read it.</summary>
    Value.Items Script(X509Certificate2 next, params (string Name, NginxServer Server)[] told)
    {
        Put("next", next);
        File.WriteAllText(PathOf("renew.sh"), string.Concat(told.Select(one => $"cp next.pem {one.Name}.pem && cp next.key {one.Name}.key && kill -HUP $(cat {one.Server.PathOf("nginx.pid")}) || exit 1\n")));
        return Value.Texts(["sh", "renew.sh"]);
    }

    Task<Sight> Look(params (string Name, Value Value)[] more)
    {
        (string Name, Value Value)[] usual = [("target", $"127.0.0.1:{_one}"), ("replicas", Value.Texts([$"127.0.0.1:{_two}"])), ("trust", "ca.pem"), ("wait", 3)];
        return Probing.Look(Probing.Options with { Folder = _folder.FullName, MayRunCommands = true, Consent = _ => [Hazard.Active, Hazard.Destructive], Earlier = (_, _) => _earlier }, "certificate.rotation", [.. more, .. usual.ExceptBy(more.Select(one => one.Name), one => one.Name)]);
    }

    static Value.Fields Seen(Sight sight) => sight.Observation ?? throw new InvalidOperationException(sight.Detail);

    [Fact]
    public async Task A_certificate_that_is_replaced_everywhere_while_connections_go_on_is_seen_so()
    {
        using var next = Renewed();

        var sight = await Look(("rotate", Script(next, ("one", _first), ("two", _second))), ("stored", "next.pem"));

        var seen = Seen(sight);
        Assert.True(Value.True.Equals(seen["complete"]), seen.ToString());
        Assert.Equal((2L, (Value)0), (sight.Population, seen["failed_handshakes"]));
        Assert.True(seen.Number("handshakes") >= 10, seen.ToString());
        Assert.Equal(sight.Before, sight.After);
        Assert.DoesNotContain("PRIVATE", seen.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replica_that_was_not_told_serves_the_old_one_still()
    {
        using var next = Renewed();

        var seen = Seen(await Look(("rotate", Script(next, ("one", _first))), ("wait", 1.5)));

        Assert.Equal((Value.False, Value.False, Value.False), (seen["complete"], seen["rotated"], seen["same_everywhere"]));
        Assert.Equal(Value.Texts([$"127.0.0.1:{_two}"]), seen["stale"]);
    }

    [Fact]
    public async Task A_new_file_that_no_server_has_read_is_not_served()
    {
        using var next = Renewed();
        Put("next", next);
        File.WriteAllText(PathOf("renew.sh"), "cp next.pem one.pem && cp next.key one.key && cp next.pem two.pem && cp next.key two.key\n");

        var seen = Seen(await Look(("rotate", Value.Texts(["sh", "renew.sh"])), ("stored", "one.pem"), ("wait", 1)));

        Assert.Equal((Value.False, Value.False, Value.False), (seen["complete"], seen["rotated"], seen["served_is_stored"]));
    }

    [Fact]
    public async Task A_certificate_of_the_old_key_is_not_complete_unless_that_is_allowed()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        X509Certificate2 Signed(int days) => _authority.Leaf(["127.0.0.1"], DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(days), key);
        using var first = Signed(10);
        using var next = Signed(20);
        Put("one", first, key);
        Put("two", first, key);
        await _first.Reload(Config("one", _one), Cancel);
        await _second.Reload(Config("two", _two), Cancel);

        var seen = Seen(await Look(("rotate", Script(next, ("one", _first), ("two", _second)))));
        Assert.Equal((Value.False, Value.True, Value.False), (seen["complete"], seen["rotated"], seen["key_changed"]));
        using var third = Signed(30);
        Assert.Equal(Value.True, Seen(await Look(("rotate", Script(third, ("one", _first), ("two", _second))), ("allow_same_key", true)))["complete"]);
    }

    [Fact]
    public async Task Without_a_command_a_renewal_is_seen_by_the_look_after_it_and_not_by_the_first()
    {
        var first = await Look();
        Assert.Equal(0L, first.Population);

        _earlier = first.Observation;
        var same = await Look();
        Assert.Equal(0L, same.Population);

        using var next = Renewed();
        Put("one", next);
        Put("two", next);
        await _first.Reload(Config("one", _one), Cancel);
        await _second.Reload(Config("two", _two), Cancel);
        _earlier = same.Observation;
        var renewed = await Look();
        Assert.Equal((2L, Value.True, Value.True), (renewed.Population, Seen(renewed)["complete"], Seen(renewed)["renewed_in_time"]));

        _earlier = renewed.Observation;
        Assert.Equal(Value.True, Seen(await Look())["complete"]);

        var ended = (Value.Fields)renewed.Observation!["previous"]!;
        // A look saw the old one after its end.
        _earlier = Value.Of(("present", ended.With("not_after", Instant.Write(DateTimeOffset.UtcNow.AddDays(-2)))), ("looked", Instant.Write(DateTimeOffset.UtcNow.AddDays(-1))));
        Assert.Equal((Value.False, Value.False), (Seen(await Look())["complete"], Seen(await Look())["renewed_in_time"]));

        // It ended between two looks: the dates of the new one say when it was made, and nobody saw when it was put there.
        _earlier = Value.Of(("present", ended.With("not_after", Instant.Write(DateTimeOffset.UtcNow.AddSeconds(-2)))), ("looked", Instant.Write(DateTimeOffset.UtcNow.AddDays(-1))));
        var unknown = await Look();
        Assert.Equal((null, null, Value.True), (Seen(unknown)["complete"], Seen(unknown)["renewed_in_time"], Seen(unknown)["rotated"]));
        _earlier = unknown.Observation;
        Assert.Null(Seen(await Look())["renewed_in_time"]);
    }

    [Fact]
    public async Task A_revoked_client_is_refused_at_its_next_handshake_once_the_servers_have_read_the_list()
    {
        using var clients = new Identity.ClientAuthority();
        var (was, next) = (clients.Client("api", TimeSpan.FromDays(1)), clients.Client("api", TimeSpan.FromDays(2)));
        File.WriteAllText(PathOf("clients.pem"), clients.Pem);
        File.WriteAllText(PathOf("revoked.pem"), clients.Revoked(TimeSpan.FromDays(1)));
        var more = $"ssl_verify_client on; ssl_client_certificate {PathOf("clients.pem")}; ssl_crl {PathOf("revoked.pem")};";
        await _first.Reload(Config("one", _one, more), Cancel);
        await _second.Reload(Config("two", _two, more), Cancel);
        clients.Revoke(was);
        File.WriteAllText(PathOf("next-revoked.pem"), clients.Revoked(TimeSpan.FromDays(1)));
        string Told(params NginxServer[] servers) => "cp next-revoked.pem revoked.pem\n" + string.Concat(servers.Select(server => $"kill -HUP $(cat {server.PathOf("nginx.pid")})\n"));
        Task<Sight> Revoke(string script)
        {
            File.WriteAllText(PathOf("revoke.sh"), script);
            return Look(("target", Value.Of(("address", $"127.0.0.1:{_one}"), ("was", was), ("certificate", next))), ("side", "client"), ("revoke", Value.Texts(["sh", "revoke.sh"])), ("wait", 1.5));
        }

        var unread = Seen(await Revoke(Told(_first)));
        Assert.Equal((Value.False, Value.False, Value.True), (unread["complete"], unread["old_refused"], unread["new_accepted"]));
        Assert.Equal(Value.Texts([$"127.0.0.1:{_two}"]), unread["still_takes_old"]);

        // What was refused before shows nothing.
        Probing.Blind(await Revoke(Told(_first, _second)), Blind.NotAdmitted, "before anything is revoked");

        File.WriteAllText(PathOf("revoked.pem"), clients.Nobody(TimeSpan.FromDays(1)));
        await _first.Reload(Config("one", _one, more), Cancel);
        await _second.Reload(Config("two", _two, more), Cancel);
        var sight = await Revoke(Told(_first, _second));
        Assert.True(Value.True.Equals(Seen(sight)["complete"]), sight.Observation!.ToString());
        Assert.DoesNotContain("PRIVATE", sight.Observation.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_old_certificate_that_ends_by_itself_in_a_moment_shows_no_revocation()
    {
        using var clients = new Identity.ClientAuthority();
        var (was, next) = (clients.Client("api", TimeSpan.FromSeconds(14)), clients.Client("api", TimeSpan.FromDays(2)));

        Probing.Blind(await Look(("target", Value.Of(("address", $"127.0.0.1:{_one}"), ("was", was), ("certificate", next))), ("side", "client"), ("revoke", Value.Texts(["true"])), ("wait", 1.5)), Blind.NotCapable, "ends by itself");
    }

    /// <summary>The trap: whatever is no 2xx is counted as a refusal, and a server that is in trouble seems to refuse whoever was revoked.</summary>
    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    public async Task A_server_that_is_in_trouble_after_the_revocation_has_refused_nobody(int status)
    {
        using var clients = new Identity.ClientAuthority();
        var (was, next) = (clients.Client("api", TimeSpan.FromDays(1)), clients.Client("api", TimeSpan.FromDays(2)));
        File.WriteAllText(PathOf("clients.pem"), clients.Pem);
        File.WriteAllText(PathOf("trouble.conf"), "");
        var old = X509Certificate2.CreateFromPem(was);
        File.WriteAllText(PathOf("next-trouble.conf"), string.Create(CultureInfo.InvariantCulture, $"if ($ssl_client_serial = {old.SerialNumber}) {{ return {status}; }}\n"));
        old.Dispose();
        await _first.Reload(Config("one", _one, $"ssl_verify_client on; ssl_client_certificate {PathOf("clients.pem")}; include {PathOf("trouble.conf")};"), Cancel);
        File.WriteAllText(PathOf("revoke.sh"), $"cp next-trouble.conf trouble.conf && kill -HUP $(cat {_first.PathOf("nginx.pid")})\n");

        var sight = await Look(("target", Value.Of(("address", $"127.0.0.1:{_one}"), ("was", was), ("certificate", next))), ("replicas", Value.Texts([])), ("side", "client"), ("revoke", Value.Texts(["sh", "revoke.sh"])), ("wait", 1.5));

        Probing.Blind(sight, Blind.Unreadable, string.Create(CultureInfo.InvariantCulture, $"answered {status}"));
    }
}
