using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Muster.Readiness;

namespace Muster.Probes.Tests.Outbound;

/// <summary>The guard attacked through every kind and every parameter that takes an address: the guard's own tests show that it refuses, these that nothing goes around it.</summary>
[Collection(nameof(Alone))]
public sealed partial class EveryKindAtForbiddenAddressesTests(Places places) : IClassFixture<Places>
{
    const string Metadata = "169.254.169.254";

    /// <summary>How an address may be written, and what the refusal must name.</summary>
    static readonly (string Written, string Named)[] NeverAllowed =
    [
        (Metadata, Metadata), ("2852039166", Metadata), ("0xA9FEA9FE", Metadata), ("0xa9.0xfe.0xa9.0xfe", Metadata), ("0251.0376.0251.0376", Metadata), ("025177524776", Metadata), ("169.254.43518", Metadata),
        ("169.16689662", Metadata), ($"[::ffff:{Metadata}]", Metadata), ("[::ffff:a9fe:a9fe]", Metadata), ($"[::{Metadata}]", Metadata), ($"[::ffff:0:{Metadata}]", Metadata), ($"[64:ff9b::{Metadata}]", Metadata),
        ("[2002:a9fe:a9fe::1]", Metadata), ("[2001:0:a9fe:a9fe::1]", Metadata), ("[2001:db8::5efe:a9fe:a9fe]", Metadata), ("[fd00:ec2::254]", "fd00:ec2::254"), ("[64:ff9b:1::1]", "64:ff9b:1::1"),
        ($"{Metadata}.", Metadata), ("meta.shop.test", Metadata), ("META.shop.test", Metadata), ("[fe80::1]", "fe80::1"), ("[ff02::1]", "ff02::1"), ("[::]", "::"), ("0.0.0.0", "0.0.0.0"), ("0", "0.0.0.0"),
        ("0.1.2.3", "0.1.2.3"), ("224.0.0.1", "224.0.0.1"), ("255.255.255.255", "255.255.255.255"), ("100.100.100.200", "100.100.100.200"), ("168.63.129.16", "168.63.129.16"),
    ];

    static readonly (string Written, string Named)[] Private =
    [
        ("10.1.2.3", "10.1.2.3"), ("0xA010203", "10.1.2.3"), ("167838211", "10.1.2.3"), ("10.66051", "10.1.2.3"), ("172.16.0.1", "172.16.0.1"), ("192.168.0.1", "192.168.0.1"), ("127.0.0.1", "127.0.0.1"), ("127.1", "127.0.0.1"),
        ("[::1]", "::1"), ("[::ffff:10.1.2.3]", "10.1.2.3"), ("[64:ff9b::10.1.2.3]", "10.1.2.3"), ("[2002:a01:203::1]", "10.1.2.3"), ("[fd12::1]", "fd12::1"), ("inner.shop.test", "10.1.2.3"),
    ];

    static readonly GuardRules NothingPrivate = new()
    {
        Denied = [.. ((string[])["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7", "::1/128"]).Select(network => IPNetwork.Parse(network))],
    };

    /// <summary>Writes down whom it is asked to dial; only peers of these tests are really dialled.</summary>
    sealed class Recorder
    {
        public ConcurrentQueue<IPEndPoint> Dialled { get; } = [];

        public ValueTask<Socket> Dial(IPEndPoint to, ProtocolType protocol, CancellationToken cancel)
        {
            Dialled.Enqueue(to);
            return IPAddress.IsLoopback(to.Address) ? Dialling.Dial(to, protocol, cancel) : throw new SocketException((int)SocketError.ConnectionRefused);
        }

        public IEnumerable<IPEndPoint> Elsewhere => Dialled.Where(to => !IPAddress.IsLoopback(to.Address));
    }

    static ValueTask<IPAddress[]> Resolve(string host, CancellationToken cancel) => new(host.ToLowerInvariant().TrimEnd('.') switch
    {
        "inner.shop.test" => [IPAddress.Parse("10.1.2.3")],
        "localhost" => [IPAddress.Loopback],
        _ => [IPAddress.Parse(Metadata)],
    });

    RunnerOptions With(OutboundGuard guard) => Probing.Options with { Guard = guard, Folder = places.Folder };

    /// <summary>At a place that is chosen by an answer, the answer names the address and the question is left.</summary>
    async Task<Sight> Look(Place place, string at, OutboundGuard guard, TimeSpan? deadline = null)
    {
        places.Answer(at);
        return (await Probing.Run(With(guard), Probing.Ask(place.At(at) with { Deadline = deadline }))).Sights[0];
    }

    static void Refused(Place place, string written, string named, Sight sight)
    {
        Assert.True(sight.Observation is null, $"{place} at {written} saw {sight.Observation}");
        Assert.True(sight.Blind == Blind.Refused && sight.Detail!.Contains(named, StringComparison.Ordinal), $"{place} at {written}: {sight.Blind}, {sight.Detail}");
    }

    [Fact]
    public async Task Every_kind_is_refused_a_never_allowed_address_in_every_notation_and_dials_none()
    {
        foreach (var place in await places.All())
            foreach (var (written, named) in NeverAllowed)
            {
                var recorder = new Recorder();
                var sight = await Look(place, $"{written}:80", new(resolve: Resolve, dial: recorder.Dial));
                Refused(place, written, named, sight);
                Assert.True(!recorder.Elsewhere.Any(), $"{place} at {written} dialled {string.Join(", ", recorder.Elsewhere)}");
            }
    }

    [Fact]
    public async Task A_user_name_before_a_never_allowed_address_hides_it_from_no_kind()
    {
        foreach (var place in await places.All())
            foreach (var written in (string[])[$"ok@{Metadata}", $"shop.test:80@{Metadata}", $"ok@[::ffff:{Metadata}]", $"127.0.0.1%40{Metadata}"])
            {
                var recorder = new Recorder();
                var sight = await Look(place, $"{written}:80", new(resolve: Resolve, dial: recorder.Dial));
                // A redirect that carries a user name is not followed, and is itself what is seen.
                Assert.True(sight.Observation is null || place.Kind == "http" && place.Name.StartsWith(Places.Chosen, StringComparison.Ordinal), $"{place} at {written} saw {sight.Observation}");
                Assert.True(!recorder.Elsewhere.Any(), $"{place} at {written} dialled {string.Join(", ", recorder.Elsewhere)}");
            }
    }

    [Fact]
    public async Task Every_kind_is_refused_what_the_policy_denies_in_every_notation()
    {
        // Peers that come before the place are on loopback; what is chosen by answers is shown above.
        foreach (var place in (await places.All()).Where(place => !place.Question.ToString().Contains("127.0.0.1", StringComparison.Ordinal)))
            foreach (var (written, named) in Private)
            {
                var recorder = new Recorder();
                Refused(place, written, named, await Look(place, $"{written}:80", new(NothingPrivate, Resolve, recorder.Dial)));
                Assert.True(recorder.Dialled.IsEmpty, $"{place} at {written} dialled {string.Join(", ", recorder.Dialled)}");
            }
    }

    [Fact]
    public async Task Every_kind_is_refused_what_is_in_none_of_the_allowed_networks()
    {
        var rules = new GuardRules { Allowed = [IPNetwork.Parse("203.0.113.0/24")] };
        foreach (var place in (await places.All()).Where(place => !place.Question.ToString().Contains("127.0.0.1", StringComparison.Ordinal)))
        {
            var recorder = new Recorder();
            Refused(place, "198.51.100.7", "198.51.100.7 is in none of the allowed networks", await Look(place, "198.51.100.7:80", new(rules, Resolve, recorder.Dial)));
            Assert.Empty(recorder.Dialled);
        }
    }

    [Fact]
    public async Task A_name_that_leads_elsewhere_the_second_time_leads_no_kind_there()
    {
        await using var canary = Canary.Start(IPAddress.Loopback);
        foreach (var place in await places.All())
        {
            var (recorder, asked) = (new Recorder(), 0);
            ValueTask<IPAddress[]> Rebinds(string host, CancellationToken cancel) => new(host == "localhost" ? [IPAddress.Loopback] : [Interlocked.Increment(ref asked) == 1 ? IPAddress.Loopback : IPAddress.Parse(Metadata)]);
            var at = canary.Address.Replace("127.0.0.1", "rebind.shop.test", StringComparison.Ordinal);
            var sight = await Look(place, at, new(resolve: Rebinds, dial: recorder.Dial), TimeSpan.FromSeconds(2));

            Assert.True(!recorder.Elsewhere.Any(), $"{place} dialled {string.Join(", ", recorder.Elsewhere)}");
            Assert.True(asked == 1, $"{place} resolved the name {asked} times");
            Assert.True(recorder.Dialled.Any(to => to.ToString() == canary.Address), $"{place} did not come: {sight.Detail}");
        }
    }

    [Fact]
    public async Task A_name_one_of_whose_addresses_may_not_be_touched_is_refused_to_every_kind()
    {
        foreach (var place in await places.All())
        {
            var recorder = new Recorder();
            Refused(place, "a name of two addresses", Metadata, await Look(place, "two.shop.test:80",
                new(resolve: (host, _) => new(host == "localhost" ? [IPAddress.Loopback] : [IPAddress.Parse("192.0.2.1"), IPAddress.Parse(Metadata)]), dial: recorder.Dial)));
            Assert.Empty(recorder.Elsewhere);
        }
    }

    [Fact]
    public async Task No_kind_is_sent_to_a_never_allowed_address_by_a_redirect()
    {
        var asked = 0;
        foreach (var place in (await places.All()).Except(places.Answered).Where(place => place.Question.ToString().Contains("http://PLACE", StringComparison.Ordinal)))
            foreach (var (written, _) in NeverAllowed.Take(4))
                foreach (var status in (int[])[301, 307])
                {
                    var (recorder, steps) = (new Recorder(), place.At($"{places.Redirecting}/{status}?"));
                    places.Answer($"{written}:80");
                    var follows = ProbeKinds.Find(place.Kind)!.Kind.Parameters.Any(parameter => parameter.Name == "follow");
                    if (follows) steps = steps with { Parameters = steps.Parameters.With("follow", 5) };
                    await Probing.Run(With(new(resolve: Resolve, dial: recorder.Dial)), Probing.Ask(steps with { Deadline = TimeSpan.FromSeconds(5) }));
                    Assert.True(!recorder.Elsewhere.Any(), $"{place} was sent to {written} by {status} and dialled {string.Join(", ", recorder.Elsewhere)}");
                    asked++;
                }

        Assert.True(asked > 100, $"only {asked} were asked");
    }

    [Theory]
    [InlineData("file:///etc/hostname")]
    [InlineData($"file://{Metadata}/share")]
    [InlineData($"gopher://{Metadata}:70/_GET")]
    [InlineData($"ftp://{Metadata}/")]
    [InlineData("unix:///nowhere/docker.sock")]
    [InlineData($"unix://{Metadata}/docker.sock")]
    [InlineData("data:text/plain,{}")]
    [InlineData("data:application/json;base64,e30=")]
    [InlineData($"jar:http://{Metadata}/a.jar!/b")]
    [InlineData($"dict://{Metadata}:11211/stat")]
    [InlineData($"ldap://{Metadata}/")]
    [InlineData($"//{Metadata}/")]
    [InlineData($"\\\\{Metadata}\\share")]
    public async Task No_kind_sees_anything_by_a_scheme_that_is_not_its_own(string target)
    {
        foreach (var place in await places.All())
            foreach (var written in Written(place, target))
            {
                var recorder = new Recorder();
                var sight = (await Probing.Run(With(new(resolve: Resolve, dial: recorder.Dial)), Probing.Ask(new Asked("", place.Kind, written, Deadline: TimeSpan.FromSeconds(5))))).Sights[0];
                // A mailbox may be a folder beside the document, whatever it is called; in one that is not there nothing has arrived.
                Assert.True(sight.Observation is null || Value.False.Equals(sight.Observation["delivered"]), $"{place} at {target} saw {sight.Observation}");
                Assert.True(!recorder.Elsewhere.Any(), $"{place} at {target} dialled {string.Join(", ", recorder.Elsewhere)}");
            }
    }

    /// <summary>The question with each whole text that holds the place's mark exchanged for the target.</summary>
    static IEnumerable<Value.Fields> Written(Place place, string target)
    {
        if (place.Name.StartsWith(Places.Chosen, StringComparison.Ordinal)) yield break;
        yield return (Value.Fields)Exchanged(place.Question);

        Value Exchanged(Value value) => value switch
        {
            Value.Text text when text.Is.Contains("PLACE", StringComparison.Ordinal) => target,
            Value.Items items => Value.List(items.Are.Select(Exchanged)),
            Value.Fields fields => new Value.Fields(fields.Select(field => KeyValuePair.Create(field.Key, Exchanged(field.Value)))),
            _ => value,
        };
    }

    [Fact]
    public async Task What_looks_at_files_and_commands_takes_no_address_for_its_target()
    {
        foreach (var kind in ProbeKinds.All.Where(kind => kind.Kind.Target is TargetShape.Path))
            foreach (var target in (string[])[$"http://{Metadata}/report.json", $"file://{Metadata}/report.json", $"//{Metadata}/report.json", $"\\\\{Metadata}\\report.json"])
            {
                var recorder = new Recorder();
                var sight = await Probing.Look(With(new(resolve: Resolve, dial: recorder.Dial)), kind.Kind.Name, ("target", target), ("values", Value.Of(("log", "/log"))), ("live", target));
                Assert.True(sight.Observation is null, $"{kind.Kind.Name} at {target} saw {sight.Observation}");
                Assert.Empty(recorder.Dialled);
            }
    }

    /// <summary>One parameter after another, whatever it is for, is given an address: a parameter that nobody thought of as one must not be dialled unguarded either.</summary>
    [Fact]
    public async Task No_parameter_of_any_kind_leads_to_a_never_allowed_address()
    {
        var all = await places.All();
        foreach (var kind in ProbeKinds.All)
            foreach (var parameter in kind.Kind.Parameters)
                foreach (var value in (Value[])[$"http://{Metadata}/", $"{Metadata}:80", Value.Texts([$"http://{Metadata}/"]), Value.Of(("url", $"http://{Metadata}/"))])
                {
                    var recorder = new Recorder();
                    var question = (all.FirstOrDefault(place => place.Kind == kind.Kind.Name)?.At("127.0.0.1:1").Parameters ?? Value.Of(("target", "well"))).With(parameter.Name, value);
                    await Probing.Run(With(new(resolve: Resolve, dial: recorder.Dial)), Probing.Ask(new Asked("", kind.Kind.Name, question, Deadline: TimeSpan.FromSeconds(5))));
                    Assert.True(!recorder.Elsewhere.Any(), $"{kind.Kind.Name}, {parameter.Name}: {value} dialled {string.Join(", ", recorder.Elsewhere)}");
                }
    }

    /// <summary>What makes the others complete: a kind or a parameter that takes an address and is attacked nowhere fails here.</summary>
    [Fact]
    public async Task Every_parameter_that_takes_an_address_is_a_place_of_these_tests()
    {
        var all = await places.All();
        foreach (var kind in ProbeKinds.All)
        {
            var own = all.Where(place => place.Kind == kind.Kind.Name).ToList();
            if (kind.Kind.Target is TargetShape.Url or TargetShape.HostAndPort or TargetShape.HostName) Assert.True(own.Count > 0, $"{kind.Kind.Name} takes an address, and its fixture's question holds none; add a place to Places.Further");
            // A page and a question to a store are paths beneath an address.
            foreach (var parameter in kind.Kind.Parameters.Where(parameter => parameter.NamesTarget || TakesAddress().IsMatch(parameter.Says) && parameter.Name is not ("page" or "ask")))
                Assert.True(own.Any(place => place.Question[parameter.Name]?.ToString().Contains("PLACE", StringComparison.Ordinal) == true), $"{kind.Kind.Name}, {parameter.Name} takes an address; add a place to Places.Further");
        }
    }

    [GeneratedRegex(@"(?<!package )\bURL\b|\bhost:port\b|\bserver that is asked\b")]
    private static partial Regex TakesAddress();

    /// <summary>The other half of the canary: a test that no kind could fail would show nothing.</summary>
    [Fact]
    public async Task Every_kind_comes_to_a_canary_that_is_allowed_and_none_to_one_that_is_denied()
    {
        if (OperatingSystem.IsMacOS()) Assert.Skip("this system has only 127.0.0.1 on loopback, where the well peers are too");
        var at = IPAddress.Parse("127.0.0.77");
        var rules = new GuardRules { Denied = [new(at, 32)] };
        foreach (var place in await places.All())
        {
            await using var canary = Canary.Start(at);
            var denied = await Look(place, canary.Address, new(rules));
            Refused(place, canary.Address, "127.0.0.77 is in the denied network", denied);
            Assert.True(canary.Came == 0, $"{place} came to the canary though it is denied");

            await Look(place, canary.Address, new(), TimeSpan.FromSeconds(2));
            Assert.True(canary.Came > 0, $"{place} does not come to the canary though it is allowed");
        }
    }

    [Fact]
    public async Task No_kind_goes_through_a_proxy_that_the_environment_names()
    {
        await using var proxy = Canary.Start(IPAddress.Loopback);
        string[] names = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
        var before = names.Select(Environment.GetEnvironmentVariable).ToArray();
        foreach (var name in names) Environment.SetEnvironmentVariable(name, $"http://{proxy.Address}");
        try
        {
            foreach (var place in await places.All())
                foreach (var way in (Place[])[place, place.OverTls()])
                {
                    var recorder = new Recorder();
                    await Look(way, "198.51.100.7:80", new(resolve: Resolve, dial: recorder.Dial), TimeSpan.FromSeconds(2));
                    Assert.True(proxy.Came == 0, $"{way} came to the proxy");
                    Assert.True(recorder.Dialled.Any(to => to.ToString() == "198.51.100.7:80"), $"{way} went {string.Join(", ", recorder.Dialled)}");
                }
        }
        finally
        {
            foreach (var (name, value) in names.Zip(before)) Environment.SetEnvironmentVariable(name, value);
        }
    }
}

/// <summary>Tests that change the environment of the whole process.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
