using System.Net;
using System.Net.Sockets;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Tests.Running;

/// <summary>What a hostile or a careless target, secret or document could make the eyes believe.</summary>
public class TrapTests
{
    static RunnerOptions Secret(string secret, Probe probe) => Probing.With(probe) with { Secrets = (_, _) => secret };

    [Theory]
    [InlineData("r")]
    [InlineData("abc")]
    public async Task A_secret_too_short_to_be_taken_out_without_taking_out_what_was_seen_is_not_used(string secret)
    {
        var looked = false;
        var options = Secret(secret, (_, _, _) => { looked = true; return Task.FromResult(Probing.Saw(("body", "error"))); });

        var run = await Probing.Run(options, Probing.Ask("fake", ("target", "$(env:TOKEN)")));

        Probing.Blind(run.Sights[0], Blind.NoSecret, "4 characters");
        Assert.False(looked);
        Assert.DoesNotContain($"\"{secret}\"", Encoding.UTF8.GetString(Statements.ToBytes(run)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_that_names_a_method_that_writes_needs_consent()
    {
        await using var site = LoopbackSite.Start();
        var reached = false;
        site.Otherwise = _ => { reached = true; return new(200, "gone"); };

        var sight = await Probing.Look(Probing.Options with { Consent = _ => [] }, "http", ("target", Value.Of(("url", site.Address.AbsoluteUri), ("method", "DELETE"))));

        Probing.Blind(sight, Blind.NoConsent, "active");
        Assert.False(reached);
    }

    [Fact]
    public async Task A_question_that_cannot_be_asked_is_not_an_answer_that_cannot_be_read()
    {
        Probing.Blind(await Probing.Look("http", ("target", "ftp://shop.test/")), Blind.BadQuestion, "http or https");
        Probing.Blind(await Probing.Look("tcp", ("target", "shop.test")), Blind.BadQuestion, "host:port");
    }

    [Fact]
    public async Task A_body_with_NUL_bytes_is_no_text_in_which_a_word_is_missing()
    {
        await using var site = LoopbackSite.Start();
        site.Route("/", _ => new(200, "e\0r\0r\0o\0r\0"));

        var seen = (await Probing.Look("http", ("target", site.Address.AbsoluteUri))).Observation!;

        Assert.Null(seen["body"]);
        Assert.NotNull(seen["sha256"]);
    }

    [Theory]
    [InlineData("https://127.0.0.1:1/")]
    [InlineData("http://127.0.0.1:1/")]
    public async Task Scheme_and_port_ask_the_same_host_elsewhere(string target)
    {
        await using var site = LoopbackSite.Start();
        site.Route("/", _ => SiteResponse.Redirect("https://shop.test/", 301));

        var sight = await Probing.Look("http", ("target", target), ("get", "/"), ("scheme", "http"), ("port", site.Port));

        Assert.Equal(301, sight.Observation!["status"]);
    }

    [Fact]
    public async Task A_port_of_the_check_takes_the_place_of_the_targets()
    {
        await using var site = LoopbackSite.Start();

        Assert.Equal(true, (await Probing.Look("tcp", ("target", "https://127.0.0.1:1/"), ("port", site.Port))).Observation!["open"]);
    }

    [Fact]
    public async Task Consent_to_what_destroys_is_consent_to_what_changes()
    {
        var options = Probing.With((_, _, _) => Task.FromResult(Probing.Saw(("text", "seen"))), Hazard.Active) with { Consent = _ => [Hazard.Destructive] };

        Assert.NotNull((await Probing.Run(options, Probing.Ask("fake"))).Sights[0].Observation);
    }

    [Fact]
    public async Task A_scheme_alone_goes_to_its_own_port()
    {
        var dialled = new System.Collections.Concurrent.ConcurrentQueue<IPEndPoint>();
        var options = Probing.Options with { Guard = new(dial: (to, _, _) => { dialled.Enqueue(to); throw new SocketException((int)SocketError.ConnectionRefused); }) };

        Probing.Blind(await Probing.Look(options, "http", ("target", "https://192.0.2.1:8443/"), ("get", "/"), ("scheme", "http")), Blind.Unreachable, "");

        Assert.Equal("192.0.2.1:80", Assert.Single(dialled).ToString());
    }

    [Fact]
    public async Task A_name_whose_addresses_come_in_another_order_leads_to_the_same_one_first()
    {
        var (turn, dialled) = (0, new List<string>());
        IPAddress[] all = [IPAddress.Parse("2001:db8::2"), IPAddress.Parse("192.0.2.7"), IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1")];
        var options = Probing.Options with
        {
            Guard = new(resolve: (_, _) => ValueTask.FromResult<IPAddress[]>(turn++ == 0 ? all : [all[0], all[2], all[3], all[1]]),
                dial: (to, _, _) => { dialled.Add(to.Address.ToString()); throw new SocketException((int)SocketError.ConnectionRefused); }),
        };

        await Probing.Look(options, "http", ("target", "http://shop.test/"));
        await Probing.Look(options, "http", ("target", "http://shop.test/"));

        string[] sorted = ["2001:db8::1", "2001:db8::2", "192.0.2.1", "192.0.2.7"]; // the resolver put IPv6 first
        Assert.Equal([.. sorted, .. sorted], dialled);
    }

    [Fact]
    public async Task Other_trusted_roots_are_another_target()
    {
        using var authority = LoopbackAuthority.Create();
        using var leaf = authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(89));
        await using var site = LoopbackSite.Start(leaf);
        site.Route("/", _ => new(200, ""));
        var folder = Directory.CreateTempSubdirectory("muster-");
        try
        {
            var roots = Path.Combine(folder.FullName, "ca.pem");
            foreach (var (kind, more) in new[] { ("http", "get"), ("tls.endpoint", "sni") })
            {
                await File.WriteAllTextAsync(roots, authority.PemOfRoot, TestContext.Current.CancellationToken);
                var one = await Probing.Look(kind, ("target", site.Address.AbsoluteUri), ("trust", roots), (more, more == "get" ? "/" : "127.0.0.1"));
                await File.WriteAllTextAsync(roots, authority.PemOfRoot + "\n\n" + authority.PemOfRoot, TestContext.Current.CancellationToken);
                var other = await Probing.Look(kind, ("target", site.Address.AbsoluteUri), ("trust", roots), (more, more == "get" ? "/" : "127.0.0.1"));

                Assert.NotNull(one.Observation);
                Assert.NotEqual(one.Before, other.Before);
                Assert.Equal(one.Before, one.After);
            }
        }
        finally { folder.Delete(recursive: true); }
    }

    [Theory]
    [InlineData("tcp", "169.254.169.254:80")]
    [InlineData("tcp", "0xA9FEA9FE:80")]
    [InlineData("health", "http://169.254.169.254/")]
    [InlineData("http", "http://[::ffff:0:169.254.169.254]/")]
    [InlineData("tcp", "meta.test:80")]
    [InlineData("health", "http://meta.test/")]
    [InlineData("tls.endpoint", "meta.test")]
    public async Task No_kind_dials_an_address_that_is_never_allowed(string kind, string target)
    {
        var options = Probing.Options with
        {
            Guard = new(resolve: (_, _) => ValueTask.FromResult<IPAddress[]>([IPAddress.Parse("192.0.2.1"), IPAddress.Parse("169.254.169.254")]),
                dial: (to, _, _) => throw new InvalidOperationException($"dialled {to}")),
        };

        Probing.Blind(await Probing.Look(options, kind, ("target", target)), Blind.Refused, "never allowed");
    }

    [Theory]
    [InlineData("169.254.169.253")]
    [InlineData("[::ffff:a9fe:a9fd]:53")]
    [InlineData("meta.test")]
    public async Task No_name_server_is_asked_at_an_address_that_is_never_allowed(string server)
    {
        var options = Probing.Options with
        {
            Guard = new(resolve: (_, _) => ValueTask.FromResult<IPAddress[]>([IPAddress.Parse("169.254.169.253")]), dial: (to, _, _) => throw new InvalidOperationException($"dialled {to}")),
        };

        Probing.Blind(await Probing.Look(options, "dns", ("target", "shop.test"), ("server", server)), Blind.Refused, "never allowed");
    }
}
