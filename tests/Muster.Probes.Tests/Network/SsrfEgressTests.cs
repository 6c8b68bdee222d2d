using System.Net;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Network;

/// <summary>Services that fetch what they are asked to, each with one of the holes that such services have.</summary>
public sealed class SsrfEgressTests
{
    static async Task<Sight> Look(LoopbackFetcher fetcher, params (string, Value)[] more) => await Probing.Look("ssrf.egress", [("target", fetcher.Address), ("fetch", "GET /fetch"), .. more]);

    static Value.Fields Seen(Sight sight) => sight.Observation ?? throw new InvalidOperationException(sight.Detail);

    static string[] Names(Value.Fields seen, string field) => [.. ((Value.Items)seen[field]!).Are.Select(name => ((Value.Text)name).Is)];

    [Fact]
    public async Task A_service_that_looks_at_every_address_it_dials_is_seen_refusing_all_of_them()
    {
        await using var fetcher = LoopbackFetcher.Start();

        var sight = await Look(fetcher);

        var seen = Seen(sight);
        Assert.True(Value.True.Equals(seen["complete"]), seen.ToString());
        Assert.Empty(fetcher.Elsewhere);
        Assert.True(seen.Number("tried") > 60 && seen.Number("refused_count") == seen.Number("tried"), seen.ToString());
        Assert.Equal(["disguise", "link_local", "metadata", "own", "private", "redirect", "scheme"], ((Value.Fields)seen["classes_tried"]!).Select(one => one.Key));
    }

    [Fact]
    public async Task A_service_that_fetches_anything_is_reached_at_the_denied_listener_and_dials_metadata()
    {
        await using var fetcher = LoopbackFetcher.Start();
        fetcher.Allows = (_, _) => true;

        var seen = Seen(await Look(fetcher));

        Assert.Equal((Value.False, Value.True), (seen["complete"], seen["allowed_fetched"]));
        Assert.Contains("own: 127.0.0.2 as it is", Names(seen, "reached"));
        Assert.Contains("metadata: 169.254.169.254 as it is", Names(seen, "unclear"));
        Assert.Contains(IPAddress.Parse("169.254.169.254"), fetcher.Elsewhere);
    }

    /// <summary>The trap: a setting lists the denied networks, each as it is written in every manual, and a check that compares the setting or tries one spelling is content.</summary>
    [Theory]
    [InlineData("own: 127.0.0.2 decimal")]
    [InlineData("own: 127.0.0.2 mapped")]
    public async Task A_list_of_forbidden_texts_is_no_filter(string by)
    {
        await using var fetcher = LoopbackFetcher.Start();
        string[] forbidden = ["//127.0.0.2", "//169.254.", "//10.", "//192.168.", "//172.16."];
        fetcher.Allows = (url, _) => !forbidden.Any(text => url.Contains(text, StringComparison.Ordinal));
        var naive = await Probing.Look("http", ("target", fetcher.Address), ("get", "/fetch?url=http://127.0.0.2/"));
        Assert.Equal((Value)403, naive.Observation!["status"]);

        var seen = Seen(await Look(fetcher));

        Assert.Equal(Value.False, seen["complete"]);
        Assert.Contains(by, Names(seen, "reached"));
        Assert.DoesNotContain("own: 127.0.0.2 as it is", Names(seen, "reached"));
        Assert.Contains(fetcher.Elsewhere, address => address.Equals(IPAddress.Parse("169.254.169.254")));
    }

    /// <summary>The trap: a metadata service that was reached asks for its token, the fetcher hands 401 on, and a check that counts 4xx as a refusal is content.</summary>
    [Fact]
    public async Task A_status_that_is_handed_on_from_a_metadata_service_that_was_reached_is_no_refusal()
    {
        await using var fetcher = LoopbackFetcher.Start();
        fetcher.Relays = true;
        fetcher.Allows = (_, address) => !address.Equals(IPAddress.Parse("127.0.0.2")) && !address.Equals(IPAddress.IPv6Loopback) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any);
        var naive = await Probing.Look("http", ("target", fetcher.Address), ("get", "/fetch?url=http://169.254.169.254/latest/meta-data/"));
        Assert.Equal((Value)401, naive.Observation!["status"]);

        Probing.Blind(await Look(fetcher), Blind.NotCapable, "these statuses refuse nothing by themselves");

        Assert.Contains(fetcher.Elsewhere, address => address.Equals(IPAddress.Parse("169.254.169.254")));
        Assert.Equal(Value.True, Seen(await Look(fetcher, ("classes", Value.Texts(["disguise"]))))["relays"]); // Where our listener hears whoever comes a status is enough.
    }

    [Fact]
    public async Task A_service_that_hands_on_statuses_and_refuses_in_words_is_seen_refusing()
    {
        await using var fetcher = LoopbackFetcher.Start();
        fetcher.Relays = true;
        Probing.Blind(await Look(fetcher), Blind.NotCapable, "under \"refused\"");

        var seen = Seen(await Look(fetcher, ("refused", "refused: "), ("classes", Value.Texts(["own", "metadata", "link_local", "private", "redirect"]))));

        Assert.Equal((Value.True, Value.True), (seen["relays"], seen["complete"]));
        Probing.Blind(await Look(fetcher, ("refused", "muster-allowed")), Blind.NotCapable, "tells no refusal");
    }

    [Fact]
    public async Task Whoever_goes_to_an_address_at_which_nobody_of_ours_listens_is_not_heard()
    {
        await using var sink = EgressSink.Start(IPAddress.Loopback, IPAddress.Parse("127.0.0.2"), 0);
        var own = EgressPayloads.Of(IPAddress.Loopback, IPAddress.Parse("127.0.0.2"), sink).Where(payload => payload.Class == "own").ToList();

        Assert.Equal(["http://[::127.0.0.2]", "http://[64:ff9b::127.0.0.2]"], own.Where(payload => !payload.IsHeard).Select(payload => payload.Url[..(payload.Url.IndexOf(']', StringComparison.Ordinal) + 1)]));
    }

    [Fact]
    public async Task A_service_that_asks_for_no_name_the_second_time_shows_nothing_of_names_that_turn()
    {
        await using var fetcher = LoopbackFetcher.Start();
        fetcher.NameServer = Ports.Free();
        var asked = 0;
        await using var front = LoopbackSite.Start();
        front.Route("/fetch", request =>
        {
            if (request.Query.Contains("rebind.shop.test", StringComparison.Ordinal) && Interlocked.Increment(ref asked) > 1) return new(403, "asked too often for names");
            using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
            using var answer = client.Send(new(HttpMethod.Get, $"{fetcher.Address}fetch{request.Query}"), TestContext.Current.CancellationToken);
            using var body = new StreamReader(answer.Content.ReadAsStream(TestContext.Current.CancellationToken));
            return new((int)answer.StatusCode, body.ReadToEnd());
        });

        Probing.Blind(await Probing.Look("ssrf.egress", ("target", front.Address.AbsoluteUri), ("fetch", "GET /fetch"), ("classes", Value.Texts(["rebinding"])), ("rebind_name", "rebind.shop.test"), ("rebind_port", fetcher.NameServer)), Blind.NotCapable, "did not ask the name server");
    }

    [Fact]
    public async Task A_service_that_does_not_look_where_a_redirect_leads_is_reached_by_it()
    {
        await using var fetcher = LoopbackFetcher.Start();
        fetcher.FollowsBlindly = true;

        var seen = Seen(await Look(fetcher));

        Assert.All(Names(seen, "reached"), name => Assert.StartsWith("redirect: ", name, StringComparison.Ordinal));
        Assert.True(Names(seen, "reached").Length >= 5, seen.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_name_that_turns_between_the_look_and_the_connection_reaches_whoever_resolves_twice(bool twice)
    {
        await using var fetcher = LoopbackFetcher.Start();
        (fetcher.ResolvesTwice, fetcher.NameServer) = (twice, Ports.Free());

        var seen = Seen(await Look(fetcher, ("rebind_name", "rebind.shop.test"), ("rebind_port", fetcher.NameServer)));

        Assert.Equal(twice ? ["rebinding: allowed, then denied"] : [], Names(seen, "reached"));
        Assert.Equal(twice ? Value.False : Value.True, seen["complete"]);
        Assert.Equal((Value)2, ((Value.Fields)seen["classes_tried"]!)["rebinding"]);
    }

    [Fact]
    public async Task A_service_that_asks_another_name_server_shows_nothing_of_names_that_turn()
    {
        await using var fetcher = LoopbackFetcher.Start();

        Probing.Blind(await Look(fetcher, ("rebind_name", "rebind.shop.test"), ("rebind_port", Ports.Free())), Blind.NotCapable, "did not ask the name server");
    }

    [Fact]
    public async Task A_service_that_reads_files_gives_them_away()
    {
        await using var fetcher = LoopbackFetcher.Start();
        fetcher.ReadsFiles = true;

        Assert.Contains("scheme: file", Names(Seen(await Look(fetcher)), "returned"));
    }

    [Fact]
    public async Task A_service_that_fetches_nothing_proves_nothing_by_refusing()
    {
        await using var fetcher = LoopbackFetcher.Start();
        fetcher.Allows = (_, _) => false;
        Probing.Blind(await Look(fetcher), Blind.NotCapable, "did not fetch from");

        await using var pretending = LoopbackSite.Start();
        pretending.Otherwise = _ => new(200, "fetched");
        Probing.Blind(await Probing.Look("ssrf.egress", ("target", pretending.Address.AbsoluteUri)), Blind.NotCapable, "did not fetch from");
    }

    [Fact]
    public async Task What_answers_200_to_everything_tells_a_refusal_by_its_words()
    {
        await using var fetcher = LoopbackFetcher.Start();
        await using var front = LoopbackSite.Start();
        front.Route("/check", request =>
        {
            using var client = new HttpClient();
            var url = ((Value.Text)((Value.Fields)Value.Parse(System.Text.Encoding.UTF8.GetBytes(request.Body)))["node"]!).Is;
            using var answer = client.Send(new(HttpMethod.Get, $"{fetcher.Address}fetch?url={Uri.EscapeDataString(url)}"), TestContext.Current.CancellationToken);
            return SiteResponse.Json(200, answer.IsSuccessStatusCode ? """{ "ok": true }""" : (int)answer.StatusCode < 500 ? """{ "ok": false, "because": "not allowed" }""" : """{ "ok": false, "because": "nobody there" }""");
        });

        (string, Value)[] asked = [("target", front.Address.AbsoluteUri), ("fetch", "POST /check"), ("field", "node"), ("classes", Value.Texts(["own", "redirect"]))];
        Assert.Equal(Value.True, Seen(await Probing.Look("ssrf.egress", [.. asked, ("refused", "not allowed")]))["complete"]);
        Assert.True(Seen(await Probing.Look("ssrf.egress", asked)).Number("returned_count") > 10);
    }

    [Fact]
    public async Task A_class_that_there_is_not_and_an_address_that_is_none_are_told()
    {
        await using var fetcher = LoopbackFetcher.Start();
        Probing.Blind(await Look(fetcher, ("classes", Value.Texts(["metdata"]))), Blind.BadQuestion, "metdata");
        Probing.Blind(await Look(fetcher, ("classes", Value.Texts(["own", "rebinding"]))), Blind.BadQuestion, "rebind_name");
        Probing.Blind(await Look(fetcher, ("denied", "127.0.0.1")), Blind.BadQuestion, "denied");
        Probing.Blind(await Look(fetcher, ("denied", "198.51.100.7")), Blind.NotCapable, "listen");
    }

    [Fact]
    public void Every_spelling_of_an_address_that_this_platform_reads_is_that_address()
    {
        var read = EgressPayloads.Spellings(IPAddress.Parse("169.254.169.254")).Where(one => Uri.TryCreate($"http://{one.Host}/", UriKind.Absolute, out var url) && IPAddress.TryParse(url.IdnHost.Trim('[', ']'), out _)).ToList();

        Assert.True(read.Count >= 10, string.Join(", ", read.Select(one => one.Name)));
    }
}
