using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Tests.Configuration;

public sealed class ConfigAssertionsTests : IDisposable
{
    readonly SearchedFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    Task<Sight> Look(string target, Value live, params (string, Value)[] values) =>
        Probing.Look(Probing.Options with { Folder = _folder.Path }, "config.assertions", ("target", target), ("live", live), ("page", "/config"), ("values", Value.Of(values)));

    [Theory]
    [InlineData("a.json", """{"log":{"level":"info"},"workers":4}""")]
    [InlineData("a.yaml", "log: { level: info }\nworkers: 4\n")]
    [InlineData("a.toml", "workers = 4 # as many as cores\n[log]\nlevel = \"info\"\n")]
    [InlineData("a.ini", "; shop\nworkers = 4\n[log]\nlevel = info\n")]
    public async Task A_file_of_any_form_is_held_beside_what_runs(string name, string text)
    {
        _folder.Write(name, text);
        var level = "info";
        await using var site = LoopbackSite.Start();
        site.Route("/config", _ => SiteResponse.Json(200, $"{{\"log\":{{\"level\":\"{level}\"}},\"workers\":4}}"));

        var well = await Look(name, $"http://127.0.0.1:{site.Port}", ("level", "/log/level"), ("workers", "/workers"));
        level = "debug";
        var drifted = await Look(name, $"http://127.0.0.1:{site.Port}", ("level", "/log/level"), ("workers", "/workers"));

        Assert.True(well.Observation is not null, well.Detail);
        Assert.Equal(2, well.Observation["same"]);
        Assert.Empty(well.Observation.Items("drift"));
        Assert.Equal(["level"], drifted.Observation.Items("drift").Select(one => one.Text()));
        Assert.Equal("debug", drifted.Observation.Text("live", "level"));
        Assert.Equal(well.Before, well.After);
    }

    [Theory]
    [InlineData(".env", "export LOG_LEVEL='info'\n# x\n")]
    [InlineData("a.properties", "! x\nLOG_LEVEL: info\n")]
    public async Task Pointers_may_differ_and_the_live_side_may_be_a_file(string name, string text)
    {
        _folder.Write(name, text);
        _folder.Write("live.json", """{"log":"info"}""");

        Assert.Equal(1, (await Look(name, "live.json", ("log", Value.Of(("declared", "/LOG_LEVEL"), ("live", "/log"))))).Observation!["same"]);
    }

    [Fact]
    public async Task What_either_side_does_not_say_is_named()
    {
        _folder.Write("a.yaml", "one: 1\n");
        _folder.Write("b.yaml", "two: 2\n");

        var seen = (await Look("a.yaml", "b.yaml", ("one", "/one"), ("two", "/two"))).Observation!;

        Assert.Equal((0, "two", "one"), ((int)seen.Number("same")!, seen.Items("undeclared").Single().Text(), seen.Items("absent").Single().Text()));
    }

    [Fact]
    public async Task A_secret_is_compared_and_never_shown()
    {
        _folder.Write("a.yaml", "db: { password: hunter2-a }\n");
        _folder.Write("b.yaml", "db: { password: hunter2-b }\n");

        var seen = (await Look("a.yaml", "b.yaml", ("access", "/db/password"))).Observation!;

        Assert.Equal("access", seen.Items("drift").Single().Text());
        Assert.DoesNotContain("hunter2", seen.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("db: \"postgres://shop:hunter2x@db.shop.test:5432/shop\"", "/db", "hunter2x")]
    [InlineData("db: \"postgres://shop:p1@db.shop.test/shop\"", "/db", ":p1@")]
    [InlineData("db: \"postgres://shop:hun/ter2x@db.shop.test/shop\"", "/db", "ter2x")]
    [InlineData("feed: \"https://a-lone-user-9@shop.test/feed\"", "/feed", "a-lone-user-9")]
    [InlineData("db: \"jdbc:postgresql://db.shop.test/shop?user=shop&password=hunter2x&sslmode=require\"", "/db", "hunter2x")]
    [InlineData("db: \"Server=db;User Id=shop;Password=hun,ter2x;Timeout=5\"", "/db", "ter2x")]
    [InlineData("db: \"host=db user=shop password='hunter2x and more'\"", "/db", "hunter2x")]
    [InlineData("db: { host: db.shop.test, password: hunter2x }", "/db", "hunter2x")]
    [InlineData("env: [ { name: DB_PASSWORD, value: hunter2x } ]", "/env", "hunter2x")]
    [InlineData("hooks: [ a, \"ghp_0123456789abcdefghijklmnopqrstuvwxyzAB\" ]", "/hooks", "ghp_")]
    [InlineData("holders: { ghp_0123456789abcdefghijklmnopqrstuvwxyzAB: mia, ghp_0123456789abcdefghijklmnopqrstuvwxyzAC: jon }", "/holders", "ghp_")]
    [InlineData("pin: { secret: { value: 93817264 } }", "/pin/secret/value", "93817264")]
    public async Task A_secret_within_a_value_is_never_shown(string text, string pointer, string secret)
    {
        _folder.Write("a.yaml", text + "\nother: info\n");
        _folder.Write("b.yaml", text + "\nother: info\n");

        var sight = await Look("a.yaml", "b.yaml", ("it", pointer), ("other", "/other"));

        Assert.Equal(2, sight.Observation!["same"]);
        Assert.Equal("info", sight.Observation.Text("live", "other"));
        Assert.DoesNotContain(secret, sight.Observation.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_around_a_secret_stays_to_be_seen()
    {
        _folder.Write("a.yaml", "db: \"postgres://shop:hunter2x@db.shop.test:5432/shop\"\nplain: \"https://shop.test/a@b\"\nuser: \"amqp://shop@bus.shop.test\"\nttl: { token_ttl: 90 }\n");

        var seen = (await Look("a.yaml", "a.yaml", ("db", "/db"), ("plain", "/plain"), ("user", "/user"), ("ttl", "/ttl"))).Observation!;

        Assert.Equal("postgres://shop:[secret]@db.shop.test:5432/shop", seen.Text("declared", "db"));
        Assert.Equal(("https://shop.test/a@b", "amqp://shop@bus.shop.test", 90d), (seen.Text("live", "plain"), seen.Text("live", "user"), seen.Number("live", "ttl", "token_ttl")));
    }

    [Fact]
    public async Task An_error_that_the_live_side_tells_does_not_tell_its_secrets()
    {
        _folder.Write("a.yaml", "log: info\n");
        await using var site = LoopbackSite.Start();
        site.Route("/config", _ => new(500, "no connection to postgres://shop:hunter2x@db.shop.test/shop"));

        var sight = await Look("a.yaml", $"http://127.0.0.1:{site.Port}", ("log", "/log"));

        Probing.Blind(sight, Blind.Unreadable, "no connection to postgres://shop:[secret]@db.shop.test");
    }

    [Fact]
    public async Task A_live_side_that_does_not_answer_well_is_unproven()
    {
        _folder.Write("a.yaml", "log: info\n");
        var status = 503;
        await using var site = LoopbackSite.Start();
        site.Route("/config", _ => new(status, "<html>"));

        Probing.Blind(await Look("a.yaml", $"http://127.0.0.1:{site.Port}", ("log", "/log")), Blind.Unreadable, "503");
        status = 200;
        Probing.Blind(await Look("a.yaml", $"http://127.0.0.1:{site.Port}", ("log", "/log")), Blind.Unreadable, "not JSON");
        Assert.Equal(Blind.Unreachable, (await Look("a.yaml", $"http://127.0.0.1:{LoopbackListener.ClosedPort()}", ("log", "/log"))).Blind);
        Probing.Blind(await Look("absent.yaml", "a.yaml", ("log", "/log")), Blind.Unreadable, "not there");
        Probing.Blind(await Look("a.yaml", "../b.yaml", ("log", "/log")), Blind.Refused, "leads out");
        Probing.Blind(await Look("a.yaml", "a.yaml", ("log", "log")), Blind.BadQuestion, "JSON Pointer");
    }

    [Theory]
    [InlineData("a.env", "A=1\nA=2\n", "second time")]
    [InlineData("a.toml", "[[x]]\n", "section")]
    [InlineData("a.toml", "a = [ 1 ]\n", "no setting")]
    [InlineData("a.toml", "x = \"1\"\n[x]\n", "both")]
    [InlineData("a.env", "A=\"x\\\"y\"\n", "no setting")]
    public async Task What_means_two_things_or_more_than_is_read_is_refused(string name, string text, string says)
    {
        _folder.Write(name, text);
        _folder.Write("b.json", "{}");

        Probing.Blind(await Look(name, "b.json", ("a", "/a")), Blind.Unreadable, says);
    }

    [Fact]
    public void Damaged_files_of_settings_are_read_or_refused() => Fuzz.Damage([Encoding.UTF8.GetBytes("a = \"b\" # c\n[s]\nd = 'e'\nexport F=g\nh: i\n")], bytes =>
    {
        foreach (var form in ConfigTree.Forms)
            try { ConfigTree.Read(form, bytes, "a"); }
            catch (Unseen) { continue; } // Refused, with its reason.
    }, share: 10);
}
