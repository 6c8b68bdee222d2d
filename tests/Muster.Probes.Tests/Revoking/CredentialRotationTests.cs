using System.Globalization;
using Muster.Readiness;
using Muster.Servers;
using Npgsql;

namespace Muster.Probes.Tests.Revoking;

/// <summary>Passwords that are really changed, in a real Redis, a real PostgreSQL and a pooler before it.</summary>
public sealed class CredentialRotationTests : IDisposable
{
    const string Old = "the-old-password-1", New = "the-new-password-2", Key = "a key of the tests";
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muster-rotating-");
    Value.Fields? _earlier;
    OutboundGuard _guard = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    async Task<Sight> Look(string address, string password, string was, params (string, Value)[] more)
    {
        var options = Probing.Options with { Folder = _folder.FullName, MayRunCommands = true, Consent = _ => [Hazard.Active, Hazard.Destructive], Earlier = (_, _) => _earlier, Guard = _guard };
        var sight = await Probing.Look(options, "credential.rotation", [("target", Value.Of(("url", address), ("user", "mia"), ("password", password), ("was", was), ("fingerprint_key", Key))), ("pace", 0.1), ("wait", 2), .. more]);
        foreach (var secret in (string[])[password, was, Key]) Assert.DoesNotContain(secret, sight.Observation + sight.Detail, StringComparison.Ordinal);
        return sight;
    }

    static Value.Fields Seen(Sight sight) => sight.Observation ?? throw new InvalidOperationException(sight.Detail);

    static Task<RedisServer> Redis() => RedisServer.Start([$"user mia on >{Old} ~* +@all"], Cancel);

    static Task<string> Set(RedisServer server, params string[] rules) => server.Run(null, ["ACL", "SETUSER", "mia", .. rules], Cancel);

    /// <summary>A script that a document may name, which changes the password at these servers.</summary>
    Value.Items Script(params RedisServer[] servers)
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "rotate.sh"), string.Concat(servers.Select(server => string.Create(CultureInfo.InvariantCulture, $"redis-cli -h 127.0.0.1 -p {server.Port} ACL SETUSER mia resetpass '>{New}' || exit 1\n"))));
        return Value.Texts(["sh", "rotate.sh"]);
    }

    [Fact]
    public async Task A_password_that_is_changed_during_the_look_is_seen_to_be_refused_everywhere_and_when()
    {
        await using var first = await Redis();
        await using var second = await Redis();

        var sight = await Look(first.Address, New, Old, ("replicas", Value.Texts([second.Address])), ("rotate", Script(first, second)));

        var seen = Seen(sight);
        Assert.True(Value.True.Equals(seen["complete"]), seen.ToString());
        Assert.Equal(("seen", 2L), (seen.Text("known"), sight.Population));
        Assert.InRange(seen.Number("time_to_refuse")!.Value, 0, 2);
        Assert.NotEqual(seen["fingerprint"], seen["old_fingerprint"]);

        // What the look itself has just changed is never old, however long it was left before.
        Assert.Equal((null, true), (seen["age"], seen["since"] is not null));
        Assert.Equal(sight.Before, sight.After);
    }

    [Fact]
    public async Task A_replica_that_was_not_told_takes_the_old_one_and_is_named()
    {
        await using var first = await Redis();
        await using var second = await Redis();
        var script = Script(first);
        await Set(second, ">" + New); // It takes both.

        var seen = Seen(await Look(first.Address, New, Old, ("replicas", Value.Texts([second.Address])), ("rotate", script)));

        Assert.Equal((Value.False, Value.False, Value.True), (seen["complete"], seen["old_refused"], seen["new_accepted"]));
        Assert.Equal(Value.Texts([$"127.0.0.1:{second.Port}"]), seen["still_takes_old"]);
    }

    /// <summary>The trap: a record that says when the credential was changed is young, long enough and no default, and a check that reads it is content.</summary>
    [Fact]
    public async Task A_rotation_that_is_only_declared_is_no_rotation()
    {
        await using var server = await Redis();
        File.WriteAllText(Path.Combine(_folder.FullName, "rotation.json"), $$"""{ "rotated": "{{Instant.Write(DateTimeOffset.UtcNow)}}", "length": 32, "is_default": false }""");
        var naive = (await Probing.Look(Probing.Options with { Folder = _folder.FullName }, "file", ("target", "rotation.json"), ("read", "/rotated"))).Observation!["value"];
        Assert.True(Instant.TryRead(((Value.Text)naive!).Is, out var rotated) && DateTimeOffset.UtcNow - rotated < TimeSpan.FromDays(90));

        // The same secret saved again with a new date.
        var same = await Look(server.Address, Old, Old);
        Assert.Equal((1L, Value.False, Value.False, Value.False), (same.Population, Seen(same)["complete"], Seen(same)["changed"], Seen(same)["old_refused"]));

        // A new one beside the old one, which lives on.
        _earlier = same.Observation;
        await Set(server, ">" + New);
        var both = Seen(await Look(server.Address, New, Old));
        Assert.Equal((Value.False, Value.True, Value.False), (both["complete"], both["changed"], both["old_refused"]));

        // Changed for good.
        await Set(server, "<" + Old);
        var done = Seen(await Look(server.Address, New, Old));
        Assert.Equal((Value.True, (Value)"before"), (done["complete"], done["known"]));
    }

    [Fact]
    public async Task An_old_credential_that_nobody_saw_at_work_proves_nothing_and_the_look_after_the_next_change_does()
    {
        await using var server = await Redis();

        var first = await Look(server.Address, Old, "a-word-that-was-never-one");
        Assert.Equal((0L, (Value)"not"), (first.Population, Seen(first)["known"]));

        _earlier = first.Observation;
        await Set(server, "resetpass", ">" + New);
        var second = await Look(server.Address, New, Old);
        Assert.Equal((1L, (Value)"before", Value.True), (second.Population, Seen(second)["known"], Seen(second)["complete"]));
        Assert.InRange(Seen(second).Number("age")!.Value, 0, 120);

        // What was known then is known at the looks after it, and its age grows.
        _earlier = second.Observation!.With("since", Instant.Write(DateTimeOffset.UtcNow.AddDays(-91)));
        var later = Seen(await Look(server.Address, New, Old));
        Assert.Equal(Value.True, later["complete"]);
        Assert.InRange(later.Number("age")!.Value, 91 * 86400 - 60, 91 * 86400 + 120);

        // Under another key of the fingerprints nothing can be compared.
        _earlier = second.Observation!.With("key", "hmm");
        Assert.Equal(0L, (await Look(server.Address, New, Old)).Population);
    }

    [Fact]
    public async Task A_server_that_is_down_refuses_nobody_and_one_that_refused_the_old_one_before_shows_nothing()
    {
        await using var server = await Redis();
        var script = Script(server);
        Probing.Blind(await Look(server.Address, New, "another-word-altogether", ("rotate", script)), Blind.NotAdmitted, "before it is changed");
        await server.Stop();
        Probing.Blind(await Look(server.Address, New, Old), Blind.Unreachable, "neither refused nor let in");
        Probing.Blind(await Look(server.Address, New, Old, ("rotate", script)), Blind.Unreachable, "before it is changed");
    }

    /// <summary>The trap: whoever is not let in was refused, as a check counts it that knows two answers; a page that is broken for the old password has refused nobody.</summary>
    [Fact]
    public async Task A_place_that_says_neither_yes_nor_no_to_the_old_one_has_not_refused_it()
    {
        static string Basic(string password) => "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("mia:" + password));
        await using var broken = LoopbackSite.Start();
        await using var closed = LoopbackSite.Start();
        broken.Route("/", request => request.Headers.GetValueOrDefault("authorization") == Basic(Old) ? new(500) : new(200));
        closed.Route("/", request => new SiteResponse(401).With("WWW-Authenticate", "Basic"));
        _earlier = Value.Of(("looked", Instant.Write(DateTimeOffset.UtcNow.AddDays(-1))), ("key", SecretFingerprint.OfKey(Key)), ("new_accepted", true), ("fingerprint", SecretFingerprint.Of(Key, "mia", Old)));

        var seen = Seen(await Look(broken.Address.AbsoluteUri, New, Old, ("replicas", Value.Texts([closed.Address.AbsoluteUri]))));

        Assert.Equal((Value.False, Value.False, Value.False), (seen["complete"], seen["new_accepted"], seen["old_refused"]));
    }

    /// <summary>Behind one address there may be two: every other login meets the one that was not told.</summary>
    [Fact]
    public async Task One_good_round_among_bad_ones_proves_nothing()
    {
        static string Basic(string password) => "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("mia:" + password));
        var olds = 0;
        await using var site = LoopbackSite.Start();
        site.Route("/", request => request.Headers.GetValueOrDefault("authorization") is var said && (said == Basic(New) || said == Basic(Old) && Interlocked.Increment(ref olds) % 3 == 0) ? new(200) : new SiteResponse(401).With("WWW-Authenticate", "Basic"));
        _earlier = Value.Of(("looked", Instant.Write(DateTimeOffset.UtcNow.AddDays(-1))), ("key", SecretFingerprint.OfKey(Key)), ("new_accepted", true), ("fingerprint", SecretFingerprint.Of(Key, "mia", Old)));

        var seen = Seen(await Look(site.Address.AbsoluteUri, New, Old));

        Assert.Equal((Value.False, Value.False), (seen["complete"], seen["old_refused"]));
    }

    /// <summary>The trap: a name leads to two servers, of which one was told, and whoever logs in by the name meets that one.</summary>
    [Fact]
    public async Task Every_address_of_a_name_is_tried()
    {
        static string Basic(string password) => "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes("mia:" + password));
        await using var told = LoopbackSite.Start();
        await using var stale = LoopbackSite.Start();
        foreach (var (site, taken) in ((LoopbackSite, string[])[])[(told, [New]), (stale, [New, Old])])
            site.Route("/", request => taken.Select(Basic).Contains(request.Headers.GetValueOrDefault("authorization")) ? new(200) : new SiteResponse(401).With("WWW-Authenticate", "Basic"));
        _earlier = Value.Of(("looked", Instant.Write(DateTimeOffset.UtcNow.AddDays(-1))), ("key", SecretFingerprint.OfKey(Key)), ("new_accepted", true), ("fingerprint", SecretFingerprint.Of(Key, "mia", Old)));
        // The second address is that of the server that was not told.
        _guard = new(resolve: (_, _) => new([System.Net.IPAddress.Parse("127.0.0.1"), System.Net.IPAddress.Parse("127.0.0.2")]),
            dial: (to, protocol, cancel) => Dialling.Dial(to.Address.Equals(System.Net.IPAddress.Parse("127.0.0.2")) ? new(System.Net.IPAddress.Loopback, stale.Port) : to, protocol, cancel));

        var seen = Seen(await Look(string.Create(CultureInfo.InvariantCulture, $"http://db.shop.test:{told.Port}/"), New, Old));

        Assert.Equal((Value.False, Value.False), (seen["complete"], seen["old_refused"]));
        Assert.Equal(Value.Texts([string.Create(CultureInfo.InvariantCulture, $"db.shop.test:{told.Port} (127.0.0.2)")]), seen["still_takes_old"]);
    }

    [Fact]
    public async Task Sessions_of_the_old_password_are_counted_and_a_pooler_with_a_list_of_its_own_is_found()
    {
        await using var server = await PostgresServer.Start(new(), Cancel);
        await server.Run($"create role mia login password '{Old}'", Cancel);
        await using var pooler = await PoolerServer.Start(server.Port, "mia", Old, Cancel);
        await using var open = new NpgsqlConnection(string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={server.Port};Username=mia;Password={Old};Database=shop;SSL Mode=Disable;Pooling=false"));
        await open.OpenAsync(Cancel);
        File.WriteAllText(Path.Combine(_folder.FullName, "keeper"), $"127.0.0.1:{server.Port}:*:postgres:{server.Password}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.Combine(_folder.FullName, "keeper"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(Path.Combine(_folder.FullName, "rotate.sh"), string.Create(CultureInfo.InvariantCulture, $"PGPASSFILE=keeper psql -q -h 127.0.0.1 -p {server.Port} -U postgres -d shop -v ON_ERROR_STOP=1 -c \"alter role mia password '{New}'\"\n"));
        var address = string.Create(CultureInfo.InvariantCulture, $"postgres://mia@127.0.0.1:{server.Port}/shop");
        var pooled = string.Create(CultureInfo.InvariantCulture, $"postgres://mia@127.0.0.1:{pooler.Port}/shop");

        var stale = Seen(await Look(address, New, Old, ("replicas", Value.Texts([pooled])), ("rotate", Value.Texts(["sh", "rotate.sh"])), ("sslmode", "disable")));
        Assert.Equal((Value.False, Value.False, Value.False), (stale["complete"], stale["new_accepted"], stale["old_refused"]));
        Assert.Equal(Value.Texts([$"127.0.0.1:{pooler.Port}"]), stale["still_takes_old"]);

        pooler.Set("mia", New);
        _earlier = stale.With("since", null);
        await ServerProcess.Until(() => Look(address, New, Old, ("replicas", Value.Texts([pooled])), ("sslmode", "disable")).GetAwaiter().GetResult() is var told && Value.True.Equals(Seen(told)["complete"]) && told.Population == 2, "the pooler takes the old one still", TimeSpan.FromSeconds(10), Cancel);

        await server.Run($"alter role mia password '{Old}'", Cancel);
        var alone = Seen(await Look(address, New, Old, ("rotate", Value.Texts(["sh", "rotate.sh"])), ("sslmode", "disable")));
        Assert.Equal(Value.True, alone["complete"]);
        Assert.InRange(alone.Number("old_sessions")!.Value, 1, 2); // That of the pooler, which it keeps for a while, and our own.
    }

    [Fact]
    public async Task A_key_that_signs_tokens_is_rotated_when_what_the_old_one_signs_is_refused()
    {
        var keys = new List<string> { Old, New };
        await using var app = LoopbackSite.Start();
        app.Route("/", request => new(keys.Exists(key => Signs(key, request.Headers.GetValueOrDefault("authorization") ?? "")) ? 200 : 401));
        (string, Value)[] asked = [("protocol", "jwt"), ("claims", Value.Of(("sub", "mia")))];
        _earlier = Value.Of(("looked", Instant.Write(DateTimeOffset.UtcNow.AddDays(-1))), ("key", SecretFingerprint.OfKey(Key)), ("new_accepted", true), ("fingerprint", SecretFingerprint.Of(Key, "mia", Old)));

        Assert.Equal(Value.False, Seen(await Look(app.Address.AbsoluteUri, New, Old, asked))["old_refused"]);
        keys.Remove(Old);
        Assert.Equal(Value.True, Seen(await Look(app.Address.AbsoluteUri, New, Old, asked))["complete"]);

        static bool Signs(string key, string said) => said is ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var token] && token.Split('.') is [var head, var body, var signature]
            && System.Buffers.Text.Base64Url.EncodeToString(System.Security.Cryptography.HMACSHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key), System.Text.Encoding.ASCII.GetBytes($"{head}.{body}"))) == signature;
    }
}
