using System.Collections.Immutable;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

#pragma warning disable RS0030 // Hands the guard's sockets to the framework's HTTP.

namespace Muster.Probes;

/// <summary>One request. Header names are as HTTP has them; those of the content (Content-Type, Content-Encoding) stand among the others.</summary>
public sealed record Call(string Method, Uri To)
{
    /// <summary>Null has no content, and so no Content-Length.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    public ImmutableArray<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>HTTP/2 from the first byte on, without an upgrade: what gRPC speaks without TLS.</summary>
    public bool Http2 { get; init; }
}

/// <summary>What a call came to.</summary>
public abstract record CallResult
{
    CallResult() { }

    /// <param name="Headers">Of answer and content; names in lower case.</param>
    /// <param name="Trailers">What came after the body; names in lower case.</param>
    /// <param name="Body">After gzip was taken off, where there was some.</param>
    public sealed record Answered(int Status, ImmutableDictionary<string, string> Headers, ImmutableDictionary<string, string> Trailers, ImmutableArray<byte> Body) : CallResult
    {
        public string Header(string name) => Headers.GetValueOrDefault(name, "");
    }

    public sealed record NoAnswer(string Because) : CallResult;
}

/// <summary>HTTP over connections through the guard, with an answer that is bounded: no proxy, no cookie, no redirect followed.</summary>
/// <param name="most">Bytes of an answer's body that are read; a longer one is no answer.</param>
public sealed class Calling(OutboundGuard guard, TimeProvider clock, int most = 64 << 20) : IDisposable
{
    readonly HttpMessageInvoker _line = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = 64,
        ResponseDrainTimeout = TimeSpan.Zero,
        MaxResponseDrainSize = 0,
        ActivityHeadersPropagator = null,
        ConnectCallback = async (connection, stop) => await Connect(guard, connection.DnsEndPoint, stop),
    });

    public async Task<CallResult> Make(Call call, TimeSpan deadline, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(deadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            using var request = new HttpRequestMessage(new HttpMethod(call.Method), call.To)
            {
                Version = call.Http2 ? HttpVersion.Version20 : HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            if (call.Body is { } body) request.Content = new ReadOnlyMemoryContent(body);
            foreach (var (name, value) in call.Headers)
            {
                if (name.StartsWith("content-", StringComparison.OrdinalIgnoreCase)) request.Content?.Headers.TryAddWithoutValidation(name, value);
                else request.Headers.TryAddWithoutValidation(name, value);
            }

            using var response = await _line.SendAsync(request, either.Token);
            var read = await Read(response.Content, either.Token);
            return new CallResult.Answered((int)response.StatusCode, Flat(response.Headers.Concat(response.Content.Headers)), Flat(response.TrailingHeaders), [.. read]);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new CallResult.NoAnswer($"no whole answer within {deadline.TotalSeconds:0.#} s");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or SocketException or InvalidDataException or Unseen)
        {
            var inner = fault;
            while (inner.InnerException is { } cause) inner = cause;
            return new CallResult.NoAnswer(inner.Message);
        }
    }

    async Task<byte[]> Read(HttpContent content, CancellationToken cancel)
    {
        var from = await content.ReadAsStreamAsync(cancel);
        if (string.Join(',', content.Headers.ContentEncoding) == "gzip") from = new GZipStream(from, CompressionMode.Decompress);
        await using var _ = from;
        using var into = new MemoryStream();
        var part = new byte[16 * 1024];
        while (await from.ReadAsync(part, cancel) is > 0 and var read)
        {
            if (into.Length + read > most) throw new InvalidDataException($"the answer is longer than {most} bytes");
            into.Write(part, 0, read);
        }

        return into.ToArray();
    }

    static ImmutableDictionary<string, string> Flat(IEnumerable<KeyValuePair<string, IEnumerable<string>>> headers)
    {
        var flat = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, values) in headers) flat[name.ToLowerInvariant()] = string.Join(", ", values);
        return flat.ToImmutable();
    }

    static async ValueTask<Stream> Connect(OutboundGuard guard, DnsEndPoint to, CancellationToken cancel)
    {
        SocketException? refused = null;
        foreach (var address in await guard.Find(to.Host, cancel))
        {
            try { return new NetworkStream(await guard.Connect(new(address, to.Port), ProtocolType.Tcp, cancel), ownsSocket: true); }
            catch (SocketException no) { refused = no; }
        }

        throw refused ?? new SocketException((int)SocketError.HostNotFound);
    }

    public void Dispose() => _line.Dispose();
}
