#pragma warning disable RS0030 // Hands on sockets that the guard dialled.
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// What a probe may use, for one question. A name is resolved once for the whole question and stays pinned, so that it cannot lead elsewhere between two connections.
/// </summary>
public sealed class ProbeContext
{
    readonly ConcurrentDictionary<string, Task<ImmutableArray<IPAddress>>> _pins = new(StringComparer.OrdinalIgnoreCase);
    readonly RunnerOptions _options;
    readonly Ask _ask;

    internal ProbeContext(RunnerOptions options, HttpLines lines, Action<string> hide, Ask ask)
    {
        _options = options;
        _ask = ask;
        Lines = lines;
        Hide = hide;
    }

    /// <summary>
    /// Takes a text out of everything that the question keeps: the password within a connection string, a value read only to measure it. To be called before it can get anywhere.
    /// </summary>
    public Action<string> Hide { get; }

    public TimeProvider Clock => _options.Clock;

    /// <summary>The document's folder, to which paths are relative.</summary>
    public string Folder => _options.Folder;

    public bool MayRunCommands => _options.MayRunCommands;

    public bool MayLeaveFolder => _options.MayLeaveFolder;

    /// <summary>The release that is judged, and its artifacts by name as far as they are known.</summary>
    public Digest Release => _options.Release;

    public ImmutableSortedDictionary<string, Digest> Artifacts => _options.Artifacts;

    /// <summary>What the newest look before this one saw at the step; null if there was none.</summary>
    public Value.Fields? Earlier(string step) => _options.Earlier(_ask, step);

    public ReadEnvelope? Envelopes => _options.Envelopes;

    internal HttpLines Lines { get; }

    /// <summary>The addresses of a name, each allowed by the guard; the same for the whole question.</summary>
    public Task<ImmutableArray<IPAddress>> Addresses(string host, CancellationToken cancel)
    {
        if (_pins.TryGetValue(host, out var pinned) && !pinned.IsFaulted && !pinned.IsCanceled) return pinned;
        return _pins[host] = Pin(host, cancel);
    }

    /// <summary>
    /// Name servers give the addresses of one name in turn. Sorted within each family, the same set leads to the same address, and the target is not another one
    /// at each look; which family goes first stays the resolver's choice, since it knows whether there is a way.
    /// </summary>
    async Task<ImmutableArray<IPAddress>> Pin(string host, CancellationToken cancel) =>
        [.. (await _options.Guard.Find(host, cancel)).GroupBy(address => address.AddressFamily)
            .SelectMany(family => family.OrderBy(address => Convert.ToHexString(address.GetAddressBytes()), StringComparer.Ordinal))];

    /// <summary>What a name resolves to now, without any of it being touched.</summary>
    public ValueTask<IPAddress[]> Names(string host, CancellationToken cancel) => _options.Guard.Names(host, cancel);

    /// <summary>Connects to one address, as it is.</summary>
    /// <exception cref="SocketException">No connection.</exception>
    public ValueTask<Socket> Connect(IPEndPoint to, ProtocolType protocol, CancellationToken cancel) => _options.Guard.Connect(to, protocol, cancel);

    /// <summary>Connects to the first address of the host that answers.</summary>
    public async ValueTask<Socket> Connect(string host, int port, CancellationToken cancel)
    {
        var addresses = await Addresses(host, cancel);
        for (var i = 0; ; i++)
            try { return await Connect(new IPEndPoint(addresses[i], port), ProtocolType.Tcp, cancel); }
            catch (SocketException) when (i + 1 < addresses.Length) { cancel.ThrowIfCancellationRequested(); }
            catch (SocketException refused) { throw new Unseen(Blind.Unreachable, $"{new IPEndPoint(addresses[i], port)}: {refused.Message}", refused); }
    }
}
