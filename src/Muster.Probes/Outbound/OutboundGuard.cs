#pragma warning disable RS0030 // Passes on the socket that the one dial function made.
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// Stands in front of every connection that Muster makes: the address is judged after the name is resolved, so that no notation and no name gets around it,
/// and what was judged is what is dialled.
/// </summary>
public sealed class OutboundGuard(GuardRules? rules = null, Resolve? resolve = null, Dial? dial = null)
{
    readonly GuardRules _rules = rules ?? GuardRules.Default;
    readonly Resolve _resolve = resolve ?? Dialling.Resolve;
    readonly Dial _dial = dial ?? Dialling.Dial;

    /// <summary>The same rules and names, and sockets of that namespace. A dial function that was given stays.</summary>
    internal OutboundGuard From(NetworkNamespace there) => new(_rules, _resolve, dial ?? there.Dial);

    /// <summary>Why the address is refused, in words, or null if it may be connected to.</summary>
    public string? WhyNot(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return WhyNot(address.MapToIPv4());
        if (NeverAllowed.Says(address) is { } never) return $"{address} is never allowed ({never})";
        foreach (var embedded in NeverAllowed.Embedded(address))
            if (WhyNot(embedded) is { } inner) return $"{address} carries {embedded}: {inner}";
        foreach (var denied in _rules.Denied)
            if (denied.Contains(address)) return $"{address} is in the denied network {denied}";
        return _rules.Allowed is { } allowed && !allowed.Any(network => network.Contains(address)) ? $"{address} is in none of the allowed networks" : null;
    }

    /// <summary>All addresses of a host, each allowed. One that is not refuses the whole name: a name that leads there once can lead there again.</summary>
    public async ValueTask<ImmutableArray<IPAddress>> Find(string host, CancellationToken cancel)
    {
        // Reads the decimal, octal and hexadecimal notations too (RFC 6943, 3.1.1), which a resolver would otherwise be asked to.
        var found = IPAddress.TryParse(host, out var literal) ? [literal] : await _resolve(host, cancel);
        if (found.Length == 0) throw new Unseen(Blind.NoSuchHost, $"the name {host} does not resolve");
        foreach (var address in found)
            if (WhyNot(address) is { } why) throw new Unseen(Blind.Refused, found.Length == 1 && literal is not null ? $"refused: {why}" : $"refused: {host} leads to an address that may not be touched: {why}");
        return [.. found];
    }

    /// <summary>What a name resolves to, without any of it being touched.</summary>
    public ValueTask<IPAddress[]> Names(string host, CancellationToken cancel) => _resolve(host, cancel);

    /// <summary>The one way out.</summary>
    /// <exception cref="SocketException">No connection.</exception>
    public ValueTask<Socket> Connect(IPEndPoint to, ProtocolType protocol, CancellationToken cancel) =>
        WhyNot(to.Address) is { } why ? throw new Unseen(Blind.Refused, $"refused: {why}") : _dial(to, protocol, cancel);

    /// <summary>The same way out for a loop that waits for its connections itself.</summary>
    internal WaysOut WaysOut => new(dial is null && Beginning.IsHere ? Begin : null, Connect);

    int Begin(IPEndPoint to, out int error) => WhyNot(to.Address) is { } why ? throw new Unseen(Blind.Refused, $"refused: {why}") : Beginning.Begin(to, out error);
}
