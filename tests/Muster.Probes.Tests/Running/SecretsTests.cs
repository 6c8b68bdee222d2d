using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Tests.Running;

public class SecretsTests
{
    const string Secret = "p@ss/w0rd+é&\"x\"";

    static RunnerOptions Options => Probing.Options with { Secrets = (from, name) => (from, name) switch { ("env", "TOKEN") => Secret, ("file", "key") => "filesecret", ("env", "EMPTY") => "", _ => null } };

    static Value.Fields Target(LoopbackSite site, string header) => Value.Of(("url", site.Address.AbsoluteUri), ("headers", Value.Of(("X-Key", header))));

    [Fact]
    public async Task A_secret_reaches_the_target_and_no_record()
    {
        await using var site = LoopbackSite.Start();
        string? got = null;
        site.Route("/", request => { got = request.Headers["x-key"]; return new(200, "well"); });

        var run = await Probing.Run(Options, Probing.Ask("http", ("target", Target(site, "key $(file:key)"))));

        Assert.Equal("key filesecret", got);
        Assert.Equal(0, run.Redactions);
        Assert.DoesNotContain("filesecret", Encoding.UTF8.GetString(Statements.ToBytes(run)), StringComparison.Ordinal);
    }

    public static TheoryData<string> Spellings => new(
        Secret,
        Uri.EscapeDataString(Secret),
        Uri.EscapeDataString(Secret).Replace("%2B", "%2b", StringComparison.Ordinal).Replace("%2F", "%2f", StringComparison.Ordinal).Replace("%C3%A9", "%c3%a9", StringComparison.Ordinal),
        Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret)),
        Convert.ToBase64String(Encoding.UTF8.GetBytes("mia:" + Secret)),
        Convert.ToBase64String(Encoding.UTF8.GetBytes("jonx:" + Secret + ":more")),
        Convert.ToBase64String(Encoding.UTF8.GetBytes("a" + Secret)).Replace('+', '-').Replace('/', '_'),
        CanonicalJson.Text(Secret));

    [Theory]
    [MemberData(nameof(Spellings))]
    public async Task A_secret_that_a_server_echoes_is_taken_out_in_every_spelling(string echoed)
    {
        var options = Probing.With((_, _, _) => Task.FromResult(Probing.Saw(("body", $"before {echoed} after"), ("map", Value.Of((echoed, 1))), ("list", Value.List([echoed]))) with
        {
            Detail = echoed,
            Before = Value.Of(("server", echoed)),
            After = Value.Of(("server", echoed)),
        })) with
        { Secrets = Options.Secrets };

        var run = await Probing.Run(options, Probing.Ask("fake", ("target", "$(env:TOKEN)")));

        var written = Encoding.UTF8.GetString(Statements.ToBytes(run));
        Assert.DoesNotContain(CanonicalJson.Text(echoed)[1..^1], written, StringComparison.Ordinal);
        Assert.StartsWith("before ", ((Value.Text)run.Sights[0].Observation!["body"]!).Is, StringComparison.Ordinal);
        Assert.EndsWith(" after", ((Value.Text)run.Sights[0].Observation!["body"]!).Is, StringComparison.Ordinal);
        Assert.Contains(Redactor.Mask, written, StringComparison.Ordinal);
        Assert.Equal(6, run.Redactions);
    }

    [Fact]
    public async Task A_secret_within_a_crash_is_taken_out()
    {
        var options = Probing.With((asked, _, _) => throw new InvalidOperationException($"cannot use {asked.Parameters["target"]}")) with { Secrets = Options.Secrets };

        var run = await Probing.Run(options, Probing.Ask("fake", ("target", "$(file:key)")));

        Assert.Equal("InvalidOperationException: cannot use \"[secret]\"", run.Sights[0].Detail);
        Assert.Equal(1, run.Redactions);
    }

    [Fact]
    public async Task The_password_of_a_secret_address_is_a_secret_of_its_own()
    {
        var options = Probing.With((_, _, _) => Task.FromResult(Probing.Saw(("text", "password hunt%33r2 or hunt3r2 is wrong")))) with { Secrets = (_, _) => "postgres://shop:hunt%33r2@db.shop.test/shop" };

        var run = await Probing.Run(options, Probing.Ask("fake", ("target", "$(env:DSN)")));

        Assert.Equal("password [secret] or [secret] is wrong", run.Sights[0].Observation!["text"]);
    }

    [Theory]
    [InlineData("$(env:ABSENT)", "$(env:ABSENT)")]
    [InlineData("x$(file:absent)x", "$(file:absent)")]
    [InlineData("$(env:EMPTY)", "$(env:EMPTY)")]
    public async Task A_missing_secret_is_named_and_nothing_is_asked(string written, string named)
    {
        await using var site = LoopbackSite.Start();

        Probing.Blind(await Probing.Look(Options, "http", ("target", Target(site, written))), Blind.NoSecret, named);
        Assert.Equal(0, site.Served);
    }

    [Fact]
    public async Task A_secret_outside_of_the_target_is_refused()
    {
        await using var site = LoopbackSite.Start();

        Probing.Blind(await Probing.Look(Options, "http", ("target", site.Address.AbsoluteUri), ("headers", Value.Of(("X-Key", "$(env:TOKEN)")))), Blind.NoSecret, "under targets");
        Assert.Equal(0, site.Served);
    }

    [Theory]
    [InlineData("$(data:user.name)")]
    [InlineData("a $(saved:token) b")]
    [InlineData("$(vu:id)")]
    [InlineData("$(new:uuid)")]
    [InlineData("$(random:1..100)")]
    public void What_each_request_of_a_load_fills_stays_as_it_is_written(string written)
    {
        var filling = new Filling(Options.Secrets, new());
        var asked = new Asked("one", "load.http", Value.Of(("target", "$(env:TOKEN)"), ("scenarios", Value.Of(("get", written)))));

        var filled = filling.Fill(asked, new HashSet<string>(), ProbeKinds.All.Single(kind => kind.Kind.Name == asked.Kind).FillsItself).Parameters;

        Assert.Equal(Secret, ((Value.Text)filled["target"]!).Is);
        Assert.Equal(written, ((Value.Text)((Value.Fields)filled["scenarios"]!)["get"]!).Is);
        Assert.Throws<Unseen>(() => filling.Fill(asked with { Kind = "http" }, new HashSet<string>(), ProbeKinds.All.Single(kind => kind.Kind.Name == "http").FillsItself));
    }

    [Fact]
    public async Task What_a_target_answers_cannot_ask_for_a_secret()
    {
        await using var site = LoopbackSite.Start();
        var got = new List<string>();
        site.Route("/", _ => new(200, "$(env:TOKEN)")).Route("/next", request => { got.Add(request.Headers["x-from"]); return new(200); });

        await Probing.Run(Options, Probing.Ask(
            new Asked("one", "http", Value.Of(("target", site.Address.AbsoluteUri))),
            new Asked("two", "http", Value.Of(("target", Value.Of(("url", site.Address.AbsoluteUri), ("headers", Value.Of(("X-From", "$(one.body)"))))), ("get", "/next")))));

        Assert.Equal("$(env:TOKEN)", Assert.Single(got));
    }

    [Fact]
    public async Task Tokens_that_a_target_hands_out_are_used_and_not_kept()
    {
        await using var site = LoopbackSite.Start();
        string? got = null;
        site.Route("/login", _ => SiteResponse.Json(200, """{"access_token":"abcdefghijklmnopqrstuvwxyz","token":"required"}""")).Route("/me", request => { got = request.Headers["authorization"]; return new(200); });

        var run = await Probing.Run(Probing.Options, Probing.Ask(
            new Asked("login", "http", Value.Of(("target", site.Address.AbsoluteUri), ("get", "/login"))),
            new Asked("me", "http", Value.Of(("target", site.Address.AbsoluteUri), ("get", "/me"), ("headers", Value.Of(("Authorization", "Bearer $(login.json.access_token)")))))));

        Assert.Equal("Bearer abcdefghijklmnopqrstuvwxyz", got);
        Assert.DoesNotContain("abcdefghijklmnopqrstuvwxyz", Encoding.UTF8.GetString(Statements.ToBytes(run)), StringComparison.Ordinal);
        Assert.Equal("required", ((Value.Fields)run.Sights[0].Observation!["json"]!)["token"]);
    }

    [Fact]
    public void Secrets_of_the_process_are_read_from_its_environment_and_from_files()
    {
        using var file = new TemporaryFile("from a file\n");
        Environment.SetEnvironmentVariable("MUSTER_TEST_SECRET", "from the environment");
        var source = ProcessSecrets.In(Path.GetDirectoryName(file.Path)!);

        Assert.Equal("from the environment", source("env", "MUSTER_TEST_SECRET"));
        Assert.Equal("from a file", source("file", Path.GetFileName(file.Path)));
        Assert.Null(source("file", "absent"));
        Assert.Null(source("vault", "x"));
    }
}
