using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Muster.Readiness;

namespace Muster.Probes;

static class TlsEndpointProbe
{
    const int MostAddresses = 16;
    static readonly TimeSpan VersionPatience = TimeSpan.FromSeconds(3);

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var (host, port) = HostAndPort.Read(given.Target, 443);
        var name = given.Text("sni") ?? host.TrimEnd('.');
        var trust = await TrustAnchors.Read(given.Text("trust"), context.Folder, cancel);
        var addresses = Chosen(await context.Addresses(host, cancel), given.Text("addresses") ?? (host == "localhost" ? "reachable" : "all"), out var skip);
        var seen = await Handshakes(addresses, port, name, trust, skip, context, cancel);
        var versions = given.Truth("probe_versions", true)
            ? await Task.WhenAll(seen.Select(handshake => TlsVersions.Ask(handshake.Address, name, context, VersionPatience, cancel)))
            : [];
        // A second handshake, since a server can be exchanged behind its address while the versions are asked.
        var after = versions.Length == 0 ? seen : [.. await Task.WhenAll(seen.Select(handshake => TlsHandshake.Make(handshake.Address, name, trust, context, cancel)))];
        return new()
        {
            Observation = TlsObservation.Of(seen, versions),
            Detail = seen.FirstOrDefault(handshake => !handshake.Seen)?.Failure,
            Population = seen.Length,
            Before = Identity(seen, trust),
            After = Identity(after, trust),
        };
    }

    static ImmutableArray<IPAddress> Chosen(ImmutableArray<IPAddress> all, string which, out bool skip)
    {
        skip = which == "reachable";
        ImmutableArray<IPAddress> chosen = which switch
        {
            "all" or "reachable" => all,
            "ipv4" => [.. all.Where(address => address.AddressFamily == AddressFamily.InterNetwork)],
            "ipv6" => [.. all.Where(address => address.AddressFamily == AddressFamily.InterNetworkV6)],
            _ => throw Given.Wrong("addresses", "is none of all, reachable, ipv4, ipv6"),
        };
        if (chosen.IsEmpty) throw new Unseen(Blind.NoSuchHost, $"the name has no {which} address");
        return chosen.Length <= MostAddresses ? chosen : throw new Unseen(Blind.TooLarge, $"the name has {chosen.Length} addresses, more than {MostAddresses}");
    }

    static async Task<TlsHandshake[]> Handshakes(ImmutableArray<IPAddress> addresses, int port, string name, TrustAnchors trust, bool skip, ProbeContext context, CancellationToken cancel)
    {
        var all = await Task.WhenAll(addresses.Select(address => Handshake(new(address, port), name, trust, context, cancel)));
        var dead = all.FirstOrDefault(one => one.Error is not null);
        var seen = all.Where(one => one.Handshake is not null).Select(one => one.Handshake!).ToArray();
        if (dead.Error is { } error && (!skip || seen.Length == 0))
            throw new Unseen(Blind.Unreachable, $"{dead.To}: {error.Message} (one of {all.Length} addresses; \"addresses: ipv4\" or \"reachable\" asks fewer)", error);
        return seen;
    }

    static async Task<(IPEndPoint To, TlsHandshake? Handshake, SocketException? Error)> Handshake(IPEndPoint to, string name, TrustAnchors trust, ProbeContext context, CancellationToken cancel)
    {
        try { return (to, await TlsHandshake.Make(to, name, trust, context, cancel), null); }
        catch (SocketException error) { return (to, null, error); }
    }

    static Value.Fields Identity(IEnumerable<TlsHandshake> seen, TrustAnchors trust) =>
        new Value.Fields(seen.Select(handshake => KeyValuePair.Create(handshake.Address.ToString(), handshake.Seen ? (Value)handshake.Sha256 : "no handshake")))
            .With("trust", trust.Named is { } roots ? roots : (Value?)null);
}
