using System.Text;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Credentials;

/// <summary>At a real PostgreSQL, a real Redis, and pages that ask for a password.</summary>
public sealed class DefaultLoginTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static async Task<Value.Fields> Seen(Task<Sight> look)
    {
        var sight = await look;
        Assert.True(sight.Observation is not null, sight.Detail);
        Assert.Equal(sight.Before, sight.After);
        return sight.Observation!;
    }

    [Theory]
    [InlineData("scram-sha-256")]
    [InlineData("md5")]
    [InlineData("password")]
    public async Task At_PostgreSQL_a_weak_role_is_found_by_every_way_to_ask_for_a_password(string method)
    {
        await using var server = await PostgresServer.Start(new() { Access = [$"host all all 127.0.0.1/32 {method}"] }, Cancel);
        if (method == "md5") await server.Set("password_encryption", "md5", Cancel);
        await server.Run("create role shop login password 'shop'; create role kept login password 'kept'", Cancel);
        Task<Sight> Look() => DefaultLogins.Look(Value.Of(("postgres", server.Connection)), ("try", Value.Texts(["shop:shop"])));

        var weak = await Seen(Look());
        await server.Run("alter role shop nologin", Cancel);
        var barred = await Seen(Look());
        await server.Run("alter role shop login password 'a-long-password-1'", Cancel);
        var strong = await Seen(Look());

        Assert.Equal((Value.Texts(["shop"]), (Value)1, (Value)5, Value.False), (weak["accepted_users"], weak["accepted"], weak["refused"], weak["open_to_anybody"]));
        Assert.Equal(((Value)0, (Value)6), (barred["accepted"], barred["refused"]));
        Assert.Equal(((Value)0, (Value)6, Value.True), (strong["accepted"], strong["refused"], strong["own_login"]));
    }

    [Fact]
    public async Task At_PostgreSQL_trust_is_found_by_a_password_that_nobody_knows_and_no_further_one_is_tried()
    {
        await using var server = await PostgresServer.Start(new() { Access = ["host all all 127.0.0.1/32 trust"] }, Cancel);

        var known = await Seen(DefaultLogins.Look(server.Connection));
        var stranger = await Seen(DefaultLogins.Look(server.ConnectionAs("", ""), ("defaults", false), ("try", Value.Texts(["a-role-that-is-not-there:x"]))));

        Assert.Equal((Value.True, (Value)1, Value.Texts(["postgres"])), (known["open_to_anybody"], known["attempts"], known["accepted_users"]));
        Assert.Equal(Value.True, stranger["open_to_anybody"]);
    }

    [Fact]
    public async Task At_PostgreSQL_a_refusal_that_is_not_about_the_password_shows_nothing()
    {
        await using var server = await PostgresServer.Start(new() { Access = ["host all all 127.0.0.1/32 reject"] }, Cancel);

        Probing.Blind(await DefaultLogins.Look(server.Connection), Blind.Unreadable, "28000");
        await server.Admit(["hostssl all all 127.0.0.1/32 scram-sha-256"], Cancel);
        Probing.Blind(await DefaultLogins.Look(server.Connection), Blind.Unreadable, "sslmode");
        await server.Admit(PostgresServer.ByPassword, Cancel);
        await server.Run("alter role postgres password 'changed-since-1'", Cancel);
        var wrong = await DefaultLogins.Look(server.Connection);
        Probing.Blind(wrong, Blind.NotAdmitted, "own user is not admitted");
        Assert.DoesNotContain(server.Password, wrong.Detail, StringComparison.Ordinal);
        await server.Stop();
        Probing.Blind(await DefaultLogins.Look(server.Connection), Blind.Unreachable, "1 of 1 attempts");
    }

    [Fact]
    public async Task At_PostgreSQL_over_TLS_the_same_is_seen_and_the_certificate_is_verified_where_a_root_is_named()
    {
        using var authority = LoopbackAuthority.Create();
        using var other = LoopbackAuthority.Create();
        using var leaf = authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(30));
        var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(leaf)!.ExportPkcs8PrivateKeyPem();
        await using var server = await PostgresServer.Start(new() { Tls = (leaf.ExportCertificatePem(), key), Access = ["hostssl all all 127.0.0.1/32 scram-sha-256"] }, Cancel);
        await server.Run("create role admin login password 'admin'", Cancel);
        using var roots = new ServerFolder();

        var seen = await Seen(DefaultLogins.Look(server.Connection, ("trust", roots.Write("root.pem", authority.PemOfRoot))));

        Assert.Equal((Value.Texts(["admin"]), Value.True), (seen["accepted_users"], seen["own_login"]));
        Probing.Blind(await DefaultLogins.Look(server.Connection, ("trust", roots.Write("other.pem", other.PemOfRoot))), Blind.Unreachable, "no TLS connection");
    }

    [Fact]
    public async Task At_Redis_no_password_a_known_one_and_a_strong_one_are_told_apart()
    {
        await using var server = await RedisServer.Start(["requirepass foobared"], Cancel);
        Task<Value.Fields> Look() => Seen(DefaultLogins.Look(server.Address));

        var known = await Look();
        await server.Run("foobared", ["CONFIG", "SET", "requirepass", "a-long-password-1"], Cancel);
        var strong = await Look();
        await server.Run("a-long-password-1", ["CONFIG", "SET", "requirepass", ""], Cancel);
        var open = await Look();

        Assert.Equal((Value.Texts(["default"]), (Value)1, Value.False), (known["accepted_users"], known["accepted"], known["open_to_anybody"]));
        Assert.Equal(((Value)0, (Value)6, (Value)0), (strong["accepted"], strong["refused"], strong["unclear"]));
        Assert.Equal((Value.True, Value.Texts(["nobody"])), (open["open_to_anybody"], open["accepted_users"]));
    }

    [Fact]
    public async Task At_a_page_only_401_is_a_refusal()
    {
        await using var site = LoopbackSite.Start();
        var refusal = new SiteResponse(401).With("WWW-Authenticate", "Basic realm=\"shop\"");
        SiteResponse Admit(SiteRequest request, string login, SiteResponse otherwise) => request.Headers.GetValueOrDefault("authorization") == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(login)) ? new(200) : otherwise;
        site.Route("/weak", request => Admit(request, "admin:admin", refusal)).Route("/strong", _ => refusal).Route("/open", _ => new(200)).Route("/token", request => Admit(request, "own:own-password-1", new(401)))
            .Route("/forbidden", _ => new(403)).Route("/form", _ => SiteResponse.Redirect("/login")).Route("/busy", request => request.Headers.ContainsKey("authorization") ? new(429) : refusal);
        Task<Sight> Look(string path) => DefaultLogins.Look(site.Address.AbsoluteUri, ("get", path));

        Assert.Equal(Value.Texts(["admin"]), (await Seen(Look("/weak")))["accepted_users"]);
        Assert.Equal(((Value)6, (Value)0), (await Seen(Look("/strong")) is var strong ? strong["refused"] : null, strong["accepted"]));
        Assert.Equal(Value.True, (await Seen(Look("/open")))["open_to_anybody"]);
        Probing.Blind(await Look("/token"), Blind.Unreadable, "does not ask for basic authentication");
        var own = await Seen(DefaultLogins.Look(Value.Of(("url", site.Address.AbsoluteUri), ("user", "own"), ("password", "own-password-1")), ("get", "/token")));
        Assert.Equal(((Value)0, Value.True), (own["accepted"], own["own_login"]));
        Probing.Blind(await Look("/forbidden"), Blind.Unreadable, "403");
        Probing.Blind(await Look("/form"), Blind.Unreadable, "308");
        Probing.Blind(await Look("/busy"), Blind.Unreadable, "5 of 6 attempts");
    }

    [Fact]
    public async Task More_attempts_than_a_lockout_may_count_are_an_error_and_none_is_made()
    {
        await using var site = LoopbackSite.Start();
        Task<Sight> Look(params (string, Value)[] more) => DefaultLogins.Look(site.Address.AbsoluteUri, more);

        Probing.Blind(await Look(("try", Value.Texts(["admin:a", "admin:b"]))), Blind.BadQuestion, "per_user: 5");
        Probing.Blind(await Look(("try", Value.Texts([.. Enumerable.Range(0, 30).Select(i => FormattableString.Invariant($"user{i}:x"))]))), Blind.BadQuestion, "more than 30");
        Probing.Blind(await Look(("defaults", false)), Blind.BadQuestion, "nothing to try");
        Probing.Blind(await Look(("try", Value.Texts(["a-password-alone-1"]))), Blind.BadQuestion, "place 1");
        Probing.Blind(await DefaultLogins.Look("ftp://user:hidden-password-1@127.0.0.1"), Blind.BadQuestion, "no address");
        Probing.Blind(await DefaultLogins.Look("redis://127.0.0.1:1", ("protocol", "nats")), Blind.BadQuestion, "is nats");
        Probing.Blind((await Probing.Run(Probing.Options, Probing.Ask(new Asked("", "credentials.default_login", Value.Of(("target", site.Address.AbsoluteUri))) { Within = TimeSpan.FromSeconds(5) }))).Sights[0], Blind.BadQuestion, "within");
        Assert.Equal(0, site.Served);
    }

    [Fact]
    public async Task Without_consent_no_password_is_tried()
    {
        await using var site = LoopbackSite.Start();

        Probing.Blind(await Probing.Look(Probing.Options with { Consent = _ => [] }, "credentials.default_login", ("target", site.Address.AbsoluteUri)), Blind.NoConsent, "active");
        Assert.Equal(0, site.Served);
    }

    [Fact]
    public async Task A_password_that_the_target_lists_is_told_nowhere()
    {
        await using var server = await RedisServer.Start(["requirepass once-a-real-password-1"], Cancel);

        var sight = await DefaultLogins.Look(Value.Of(("redis", server.Address), ("try", Value.Texts(["default:once-a-real-password-1"]))), ("defaults", false));

        Assert.Equal(Value.Texts(["default"]), sight.Observation!["accepted_users"]);
        Assert.DoesNotContain("once-a-real", sight.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("once-a-real", sight.Observation.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("redis")]
    [InlineData("nats")]
    [InlineData("amqp")]
    [InlineData("http")]
    public async Task Whoever_speaks_another_protocol_or_says_nothing_refuses_nobody(string scheme)
    {
        string[] answers = ["", "+QUEUED\r\n", "HTTP/1.1 500 Odd\r\nContent-Length: 0\r\n\r\n", "E\0\0\0\u0010SFATAL\0C53300\0\0", "INFO {}\r\n-ERR 'maximum connections exceeded'\r\n", "INFO []\r\n", "AMQP\0\0\u0009\u0001", "N", "\u0001\0\0\u00ff\u00ff\u00ff\u00ff"];
        foreach (var answer in answers)
        {
            await using var peer = LoopbackListener.Start(async (stream, stop) =>
            {
                // A server of NATS speaks first, all others are spoken to.
                if (scheme == "nats" || await stream.ReadAsync(new byte[1024], stop) > 0) await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), stop);
            });
            var sight = await DefaultLogins.Look(FormattableString.Invariant($"{scheme}://127.0.0.1:{peer.Port}"));

            Assert.True(sight.Observation is null && sight.Blind is Blind.Unreadable or Blind.Unreachable or Blind.TooLarge, $"{scheme} at \"{answer}\": {sight.Blind} {sight.Detail} {sight.Observation}");
        }
    }

    [Fact]
    public void Damaged_answers_are_read_or_refused()
    {
        byte[] start = [0, 10, 0, 10, 0, 9, 0, 0, 0, 4, 1, (byte)'a', (byte)'t', 1, 0, 0, 0, 5, .. "PLAIN"u8, 0, 0, 0, 5, .. "en_US"u8];
        byte[] amqp = [1, 0, 0, 0, 0, 0, (byte)start.Length, .. start, 0xCE, 8, 0, 0, 0, 0, 0, 0, 0xCE, 1, 0, 0, 0, 0, 0, 8, 0, 10, 0, 50, 1, 0x93, 0, 0, 0xCE];
        byte[] sasl = [(byte)'R', 0, 0, 0, 23, 0, 0, 0, 10, .. "SCRAM-SHA-256\0\0"u8];
        byte[] postgres = [.. sasl, (byte)'R', 0, 0, 0, 26, 0, 0, 0, 11, .. "r=abc,s=QUJD,i=40"u8, 0, (byte)'E', 0, 0, 0, 20, .. "SFATAL\0C28P01\0\0\0"u8];
        byte[] hashed = [(byte)'R', 0, 0, 0, 12, 0, 0, 0, 5, 1, 2, 3, 4, (byte)'R', 0, 0, 0, 8, 0, 0, 0, 0, (byte)'Z', 0, 0, 0, 5, (byte)'I'];
        var nats = "INFO {\"server_id\":\"A\",\"tls_required\":false}\r\n+OK\r\n-ERR 'Authorization Violation'\r\n"u8.ToArray();
        var login = new Login("shop", "shop");
        Task Nothing(ReadOnlyMemory<byte> said, CancellationToken cancel) => Task.CompletedTask;
        Hurl([amqp], reader => AmqpLoginDoor.Talk(reader, Nothing, login, "", Cancel));
        Hurl([postgres, hashed], reader => PostgresLoginDoor.Talk(reader, Nothing, login, "", Cancel));
        Hurl([nats], async reader =>
        {
            NatsLoginDoor.Info(await reader.Line(4096, Cancel));
            return await NatsLoginDoor.Answer(reader, "", Cancel);
        });
    }

    static void Hurl(byte[][] whole, Func<WireReader, Task<LoginAnswer>> talk) => Fuzz.Damage(whole, bytes =>
    {
        var stream = new MemoryStream(bytes);
        try { talk(new((into, _) => Task.FromResult(stream.Read(into.Span)))).GetAwaiter().GetResult(); }
        catch (Unseen) { return; } // Refused, which is an answer.
    }, share: 3);
}
