using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

#pragma warning disable RS0030 // Hands the guard's sockets to the framework's HTTP.

namespace Muster.Probes;

/// <summary>What one POST came to.</summary>
public abstract record Posted
{
    Posted() { }

    /// <param name="RetryAfter">How long the receiver asks to be left alone.</param>
    public sealed record Answered(int Status, TimeSpan? RetryAfter) : Posted;

    /// <param name="Because">Without the URL, whose path may be a secret.</param>
    public sealed record NoAnswer(string Because) : Posted;
}

/// <summary>One POST over a new connection through the guard: no proxy, no cookie, no redirect followed. Of the answer only its status is read, so that nothing in it can be large.</summary>
public sealed class Posting(OutboundGuard guard, TimeProvider clock)
{
    public async Task<Posted> Post(Uri to, ReadOnlyMemory<byte> body, string contentType, IEnumerable<KeyValuePair<string, string>> headers, TimeSpan deadline, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(deadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        using var line = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = 16,
            ResponseDrainTimeout = TimeSpan.Zero,
            MaxResponseDrainSize = 0,
            ActivityHeadersPropagator = null,
            ConnectCallback = async (connection, stop) => await Connect(connection.DnsEndPoint, stop),
        });
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, to) { Content = new ReadOnlyMemoryContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
            foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
            using var response = await line.SendAsync(request, either.Token);
            var asked = response.Headers.RetryAfter;
            return new Posted.Answered((int)response.StatusCode, asked?.Delta ?? (asked?.Date is { } date ? date - clock.GetUtcNow() : null));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new Posted.NoAnswer($"no answer within {deadline.TotalSeconds:0.#} s");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException or Unseen)
        {
            return new Posted.NoAnswer(Faults.Sight(fault).Detail ?? "no connection");
        }
    }

    async ValueTask<Stream> Connect(DnsEndPoint to, CancellationToken cancel)
    {
        SocketException? refused = null;
        foreach (var address in await guard.Find(to.Host, cancel))
        {
            try { return new NetworkStream(await guard.Connect(new(address, to.Port), ProtocolType.Tcp, cancel), ownsSocket: true); }
            catch (SocketException no) { refused = no; }
        }

        throw refused ?? new SocketException((int)SocketError.HostNotFound);
    }
}
