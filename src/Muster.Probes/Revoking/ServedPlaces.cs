using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Every address of the target and of its replicas, and what each of them shows in a handshake.</summary>
sealed class ServedPlaces
{
    const int MostPlaces = 64;
    readonly ProbeContext _context;
    readonly TrustAnchors _trust;
    readonly List<(string Name, IPEndPoint To, string Sni)> _places;

    ServedPlaces(List<(string, IPEndPoint, string)> places, TrustAnchors trust, ProbeContext context) => (_places, _trust, _context) = (places, trust, context);

    public IEnumerable<string> Names => _places.Select(place => place.Name);

    public int Count => _places.Count;

    public Value Identity => Value.Of(("addresses", Value.Texts(_places.Select(place => place.To.ToString()))), ("trust", _trust.Id));

    public static async Task<ServedPlaces> Of(Given given, ProbeContext context, CancellationToken cancel)
    {
        var places = new List<(string, IPEndPoint, string)>();
        foreach (var text in (string[])[given.Target, .. given.Texts("replicas")])
        {
            var (host, port) = HostAndPort.Read(text, 443);
            foreach (var address in await context.Addresses(host, cancel))
                places.Add((IPAddress.TryParse(host, out _) ? new IPEndPoint(address, port).ToString() : $"{host}:{port} ({address})", new(address, port), given.Text("sni") ?? host));
        }

        if (places.Count > MostPlaces) throw Given.Wrong("replicas", $"come to {places.Count} addresses; at most {MostPlaces} are looked at");
        return new(places, await TrustAnchors.Read(given.Text("trust"), context.Folder, cancel), context);
    }

    /// <summary>What each place shows; nobody there, or no handshake, is no observation.</summary>
    public async Task<List<ServedLeaf>> All(CancellationToken cancel)
    {
        var all = new List<ServedLeaf>();
        foreach (var place in _places) all.Add(await Shown(place, cancel));
        return all;
    }

    async Task<ServedLeaf> Shown((string Name, IPEndPoint To, string Sni) place, CancellationToken cancel)
    {
        var shook = await TlsHandshake.Make(place.To, place.Sni, _trust, _context, cancel);
        if (!shook.Seen) throw new Unseen(Blind.Unreachable, shook.Failure!);
        using var leaf = X509CertificateLoader.LoadCertificate(shook.Leaf.Span);
        return ServedLeaf.Of(leaf, shook.Trusted && shook.HostnameMatches);
    }

    /// <summary>One handshake as a client would make it; whether it succeeded.</summary>
    public async Task<bool> Knock(int turn, CancellationToken cancel)
    {
        try { return (await Shown(_places[turn % _places.Count], cancel)).Trusted; }
        catch (Exception failed) when (failed is SocketException || Faults.IsOfThePeer(failed)) { return false; }
    }
}

/// <summary>A few connections after another while something is done to the endpoint, and how many of them failed.</summary>
sealed class SmallLoad : IAsyncDisposable
{
    const int Clients = 3;
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(30);
    readonly CancellationTokenSource _stop;
    readonly Task _going;
    int _turn, _made, _failed;

    SmallLoad(ServedPlaces places, ProbeContext context, CancellationToken cancel)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _going = Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Go(places, context)));
    }

    public int Made => Volatile.Read(ref _made);

    public int Failed => Volatile.Read(ref _failed);

    public static SmallLoad Begin(ServedPlaces places, ProbeContext context, CancellationToken cancel) => new(places, context, cancel);

    async Task Go(ServedPlaces places, ProbeContext context)
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var well = await places.Knock(Interlocked.Increment(ref _turn), _stop.Token);
                if (!well) Interlocked.Increment(ref _failed);
                Interlocked.Increment(ref _made);
                await Task.Delay(Pace, context.Clock, _stop.Token);
            }
        }
        catch (OperationCanceledException) { return; } // It is over.
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _going;
        _stop.Dispose();
    }
}
