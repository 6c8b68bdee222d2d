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
    readonly ConcurrentDictionary<string, Lazy<Task<ImmutableArray<IPAddress>>>> _pins = new(StringComparer.OrdinalIgnoreCase);
    readonly RunnerOptions _options;
    readonly Ask _ask;
    readonly string? _elsewhere;
    readonly ProbeContext? _whole;
    int _connections;

    /// <param name="elsewhere">The vantage, where it is not here.</param>
    internal ProbeContext(RunnerOptions options, HttpLines lines, Action<string> hide, Ask ask, string? elsewhere = null)
    {
        _options = options;
        _ask = ask;
        _elsewhere = elsewhere;
        Lines = lines;
        Hide = hide;
    }

    /// <summary>The same question, for which a name leads to one of its addresses alone.</summary>
    ProbeContext(ProbeContext whole, string host, IPAddress address) : this(whole._options, whole.Lines, whole.Hide, whole._ask, whole._elsewhere)
    {
        (_whole, CarriesSecret) = (whole, whole.CarriesSecret);
        _pins[host] = new(() => Task.FromResult(ImmutableArray.Create(address)));
    }

    /// <summary>
    /// Takes a text out of everything that the question keeps: the password within a connection string, a value read only to measure it. To be called before it can get anywhere.
    /// </summary>
    public Action<string> Hide { get; }

    /// <summary>Called by a long look when what it does has come to its full extent: steps that are asked during it begin then.</summary>
    public Action UnderWay { get; internal set; } = static () => { };

    /// <summary>Called by such a look when that is over, though it itself is not yet: what is seen any later was not seen during it.</summary>
    public Action NoLonger { get; internal set; } = static () => { };

    public TimeProvider Clock => _options.Clock;

    /// <summary>The document's folder, to which paths are relative.</summary>
    public string Folder => _options.Folder;

    /// <summary>Under which exercises make their scratch folders.</summary>
    internal string ScratchRoot => _options.ScratchRoot;

    /// <summary>Says what a long look is at, in a line: for whoever waits, and kept nowhere.</summary>
    public void Tell(string doing) => _options.Telling?.Invoke(_ask, CarriesSecret(doing) ? "(what it does carries a secret)" : doing);

    /// <summary>Whether the text holds a secret that this question knows, in any of its spellings.</summary>
    public Func<string, bool> CarriesSecret { get; internal set; } = static _ => false;

    public bool MayRunCommands => _options.MayRunCommands;

    public bool MayLeaveFolder => _options.MayLeaveFolder;

    /// <summary>The release that is judged, and its artifacts by name as far as they are known.</summary>
    public Digest Release => _options.Release;

    public ImmutableSortedDictionary<string, Digest> Artifacts => _options.Artifacts;

    /// <summary>What the newest look before this one saw at the step; null if there was none.</summary>
    public Value.Fields? Earlier(string step) => _options.Earlier(_ask, step);

    public ReadEnvelope? Envelopes => _options.Envelopes;

    internal HttpLines Lines { get; }

    /// <summary>A kind of this run, for a look within another.</summary>
    internal ProbeKind? KindOf(string name) => _options.Kinds.FirstOrDefault(kind => kind.Kind.Name == name);

    /// <summary>The addresses of a name, each allowed by the guard; the same for the whole question.</summary>
    public async Task<ImmutableArray<IPAddress>> Addresses(string host, CancellationToken cancel)
    {
        while (true)
        {
            // Lazy: of those who ask at once, one resolves and all get the same.
            var pin = _pins.GetOrAdd(host, static (host, with) => new(() => with.Context.Pin(host, with.Cancel)), (Context: this, Cancel: cancel));
            try { return await pin.Value.WaitAsync(cancel); }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { _pins.TryRemove(KeyValuePair.Create(host, pin)); } // Whoever asked first gave up; this one has not.
            catch
            {
                _pins.TryRemove(KeyValuePair.Create(host, pin));
                throw;
            }
        }
    }

    /// <summary>
    /// Name servers give the addresses of one name in turn. Sorted within each family, the same set leads to the same address, and the target is not another one
    /// at each look; which family goes first stays the resolver's choice, since it knows whether there is a way.
    /// </summary>
    async Task<ImmutableArray<IPAddress>> Pin(string host, CancellationToken cancel) =>
        [.. (await _options.Guard.Find(host, cancel)).GroupBy(address => address.AddressFamily)
            .SelectMany(family => family.OrderBy(address => Convert.ToHexString(address.GetAddressBytes()), StringComparer.Ordinal))];

    /// <summary>One context for each address of a name: what must be so everywhere is asked at each of them, under the same name.</summary>
    internal async Task<ImmutableArray<(IPAddress Address, ProbeContext Context)>> AtEach(string host, CancellationToken cancel) =>
        [.. (await Addresses(host, cancel)).Select(address => (address, new ProbeContext(this, host, address)))];

    /// <summary>What a name resolves to now, without any of it being touched.</summary>
    public ValueTask<IPAddress[]> Names(string host, CancellationToken cancel)
    {
        OnlyHere("what this machine's own resolver says; name a server");
        return _options.Guard.Names(host, cancel);
    }

    /// <summary>For what is the same, or nothing, from wherever one looks.</summary>
    /// <exception cref="Unseen">The vantage is another one.</exception>
    public void OnlyHere(string what)
    {
        if (_elsewhere is not null) throw new Unseen(Blind.NoVantage, $"the vantage {_elsewhere} makes no difference to {what}, or ask from here");
    }

    /// <summary>Whether the vantage is another one than this machine's own network.</summary>
    internal bool IsElsewhere => _elsewhere is not null;

    /// <summary>How many connections were tried so far.</summary>
    internal int Connections => Volatile.Read(ref _connections);

    /// <summary>Connects to one address, as it is.</summary>
    /// <exception cref="SocketException">No connection.</exception>
    public ValueTask<Socket> Connect(IPEndPoint to, ProtocolType protocol, CancellationToken cancel)
    {
        for (var counted = this; counted is not null; counted = counted._whole) Interlocked.Increment(ref counted._connections);
        return _options.Guard.Connect(to, protocol, cancel);
    }

    /// <summary>For a loop that waits for its connections itself, and counts them itself.</summary>
    internal WaysOut WaysOut => _options.Guard.WaysOut;

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
