using System.Net;
using System.Net.Sockets;

namespace Muster.EdgePlatform;

/// <summary>
/// GET /probe?url=… fetches a page of a node for whoever asks, within the networks that are allowed and nowhere else: each address is looked at after it was resolved, the connection goes to that very address,
/// and where a redirect leads is looked at again. It is a model and never leaves this machine: whoever it was sent to elsewhere is one who does not answer.
/// </summary>
static class NodeProbe
{
    const int MostRedirects = 5;
    const int MostBody = 64 * 1024;
    static readonly string[] Forbidden = ["//127.0.0.2", "//169.254", "//10.", "//192.168", "//172.", "//198.51", "//[", "//0.", "//224", "//255"];

    public static void Map(WebApplication app, Replica replica) => app.MapGet("/probe", async (string url, CancellationToken left) =>
    {
        var (status, body) = await Fetch(url, replica, left);
        return Results.Text(body, statusCode: status);
    });

    static async Task<(int Status, string Body)> Fetch(string url, Replica replica, CancellationToken cancel)
    {
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var to)) return (400, "no URL");
            if (to.Scheme != "http") return (403, "refused: the scheme");
            if (await Resolve(to, replica, cancel) is not { } address) return (400, "no such name");
            var blind = redirects > 0 && replica.Has(Flaw.ProbeFollowsBlindly);
            if (!blind && !Allows(to, address, replica)) return (403, "refused: the address");
            if (replica.Has(Flaw.ProbeResolvesTwice)) address = await Resolve(to, replica, cancel) ?? address;
            try
            {
                var (location, body) = await Get(to, address, cancel);
                if (location is null) return (200, body);
                url = new Uri(to, location).OriginalString;
            }
            catch (Exception gone) when (gone is HttpRequestException or SocketException or IOException) { return (502, "nobody there"); }
        }

        return (502, "too many redirects");
    }

    static bool Allows(Uri to, IPAddress address, Replica replica) =>
        replica.Has(Flaw.ProbeFetchesAnything) || (replica.Has(Flaw.ProbeLooksForTexts) ? !Forbidden.Any(text => to.OriginalString.Contains(text, StringComparison.Ordinal)) : replica.Settings.Networks.Any(network => network.Contains(address)));

    static async Task<(Uri? Location, string Body)> Get(Uri to, IPAddress address, CancellationToken cancel)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(2), ConnectCallback = async (_, stop) => await Connect(new(address, to.Port), stop) };
        using var client = new HttpClient(handler) { MaxResponseContentBufferSize = MostBody, Timeout = TimeSpan.FromSeconds(3) };
        using var answer = await client.GetAsync(to, cancel);
        return (answer.StatusCode is HttpStatusCode.Moved or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect ? answer.Headers.Location : null, await answer.Content.ReadAsStringAsync(cancel));
    }

    static async Task<Stream> Connect(IPEndPoint to, CancellationToken stop)
    {
        if (!IPAddress.IsLoopback(to.Address)) throw new SocketException((int)SocketError.HostUnreachable);
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(to, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    static async Task<IPAddress?> Resolve(Uri to, Replica replica, CancellationToken cancel)
    {
        if (IPAddress.TryParse(to.IdnHost.Trim('[', ']'), out var literal)) return literal.IsIPv4MappedToIPv6 ? literal.MapToIPv4() : literal;
        return replica.Settings.NameServer is { } server ? await Ask(server, to.IdnHost, cancel) : null;
    }

    /// <summary>One question for an A record (RFC 1035), and the last four bytes of an answer that has one: it is the only record of the name server of a test.</summary>
    static async Task<IPAddress?> Ask(DnsEndPoint server, string name, CancellationToken cancel)
    {
        byte[] question = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. name.TrimEnd('.').Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. System.Text.Encoding.ASCII.GetBytes(label)]), 0, 0, 1, 0, 1];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(1));
        try
        {
            using var client = new UdpClient();
            client.Connect(IPAddress.Parse(server.Host), server.Port);
            await client.SendAsync(question, limit.Token);
            var answer = (await client.ReceiveAsync(limit.Token)).Buffer;
            return answer.Length > question.Length + 4 && answer[7] == 1 ? new IPAddress(answer[^4..]) : null;
        }
        catch (Exception silent) when (silent is SocketException or OperationCanceledException) { return null; }
    }

    /// <summary>Networks as 10.1.0.0/16, one after another with commas; null where one of them is none.</summary>
    public static IPNetwork[]? Networks(string text)
    {
        var networks = new List<IPNetwork>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            if (IPNetwork.TryParse(part, out var network)) networks.Add(network);
            else return null;
        return [.. networks];
    }
}
