#pragma warning disable RS0030 // Dials loopback alone; whoever it is sent to elsewhere is only written down.
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Muster.Probes;

/// <summary>
/// A small service on loopback that fetches what it is asked to, <c>GET /fetch?url=…</c>, with an allow-list that is whole, or with one of the holes that such services have.
/// It never leaves loopback by itself: an address elsewhere is written down and counts as one that does not answer, unless somebody gives it a way there.
/// </summary>
sealed class LoopbackFetcher : IAsyncDisposable
{
    const int MostRedirects = 5;
    const int MostAnswer = 64 * 1024;
    readonly LoopbackListener _listener;

    LoopbackFetcher() => _listener = LoopbackListener.Start(Serve);

    public int Port => _listener.Port;

    public string Address => $"http://127.0.0.1:{Port}/";

    /// <summary>Whom it may fetch from: the host as it was written, and the address that it leads to.</summary>
    public Func<string, IPAddress, bool> Allows { get; set; } = static (_, address) => address.Equals(IPAddress.Loopback);

    /// <summary>Whether where a redirect leads is not looked at.</summary>
    public bool FollowsBlindly { get; set; }

    /// <summary>Whether the name is resolved for the look, and once more for the connection.</summary>
    public bool ResolvesTwice { get; set; }

    /// <summary>Whether files are read too, as some libraries do.</summary>
    public bool ReadsFiles { get; set; }

    /// <summary>Whether the status of what was fetched is handed on, as gateways do; elsewhere then is a service that asks for a token.</summary>
    public bool Relays { get; set; }

    /// <summary>The port on 127.0.0.1 of the name server that it asks; 0 knows no names but localhost.</summary>
    public int NameServer { get; set; }

    /// <summary>How an address elsewhere is dialled: within a network of its own, where it does no harm.</summary>
    public Dial? DialsElsewhere { get; set; }

    /// <summary>Addresses elsewhere that it would have dialled.</summary>
    public ConcurrentQueue<IPAddress> Elsewhere { get; } = [];

    public static LoopbackFetcher Start() => new();

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    async Task Serve(Stream stream, CancellationToken stop)
    {
        var wire = new SiteWire(stream);
        while (await wire.Read(stop) is { } request)
        {
            var answer = request.Path == "/fetch" && request.Query.StartsWith("?url=", StringComparison.Ordinal) ? await Fetch(Uri.UnescapeDataString(request.Query["?url=".Length..]), stop) : new SiteResponse(404);
            await SiteWire.Write(stream, request, answer, closes: false, stop);
        }
    }

    async Task<SiteResponse> Fetch(string url, CancellationToken stop)
    {
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var to)) return new(400, "refused: no URL");
            if (to.Scheme == "file" && ReadsFiles) return new(200, "root:x:0:0:root:/root:/bin/sh\n");
            if (to.Scheme != "http") return new(403, "refused: the scheme");
            var address = await Resolve(to.IdnHost, stop);
            if (address is null) return new(400, "refused: no such name");
            if (!(FollowsBlindly && redirects > 0) && !Allows(to.OriginalString, address)) return new(403, "refused: the address");
            if (ResolvesTwice) address = await Resolve(to.IdnHost, stop) ?? address;
            if (!IPAddress.IsLoopback(address))
            {
                Elsewhere.Enqueue(address);
                if (DialsElsewhere is null) return Relays ? new(401, "") : new(502, "nobody there");
            }

            try
            {
                var (status, location, body) = await Get(IPAddress.IsLoopback(address) ? Dialling.Dial : DialsElsewhere!, new(address, to.Port), to, stop);
                if (location is null) return new(Relays ? status : 200, body);
                url = new Uri(to, location).OriginalString;
            }
            catch (Exception gone) when (gone is SocketException or IOException) { return new(502, "nobody there"); }
        }

        return new(502, "too many redirects");
    }

    async Task<IPAddress?> Resolve(string host, CancellationToken stop)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var literal)) return literal.IsIPv4MappedToIPv6 ? literal.MapToIPv4() : literal;
        if (host == "localhost") return IPAddress.Loopback;
        if (NameServer == 0 || DnsMessage.Ask(1, host, DnsType.A) is not { } question) return null;
        using var socket = await Dialling.Dial(new(IPAddress.Loopback, NameServer), ProtocolType.Udp, stop);
        var buffer = new byte[1024];
        try
        {
            await socket.SendAsync(question, stop);
            var got = await socket.ReceiveAsync(buffer, stop);
            return DnsMessage.Read(buffer.AsSpan(0, got), 1, host, DnsType.A) is DnsMessage.Answer { Records: [var first, ..] } ? IPAddress.Parse(first) : null;
        }
        catch (SocketException) { return null; } // Nobody listens there, and no name is known.
    }

    static async Task<(int Status, string? Location, string Body)> Get(Dial dial, IPEndPoint to, Uri url, CancellationToken stop)
    {
        using var socket = await dial(to, ProtocolType.Tcp, stop);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nConnection: close\r\n\r\n"), stop);
        var buffer = new byte[MostAnswer];
        var got = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop);
        var text = Encoding.Latin1.GetString(buffer, 0, got);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0) throw new IOException("no answer");
        var head = text[..end].Split("\r\n");
        var status = head[0].Split(' ') is [_, var code, ..] && int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 502;
        return (status, head[0].Split(' ') is [_, ['3', ..], ..] ? head.FirstOrDefault(line => line.StartsWith("Location: ", StringComparison.OrdinalIgnoreCase))?["Location: ".Length..] : null, text[(end + 4)..]);
    }
}
