using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Muster.Probes;

/// <summary>What a route is asked; header names in lower case.</summary>
public sealed record SiteRequest(string Method, string Path, string Query, ImmutableSortedDictionary<string, string> Headers, string Body);

/// <summary>What a route answers.</summary>
public sealed record SiteResponse(int Status, string Body = "", string ContentType = "text/plain; charset=utf-8")
{
    public ImmutableSortedDictionary<string, string> Headers { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>How long the answer takes. No thread waits meanwhile: many slow answers at once would leave the pool none.</summary>
    public TimeSpan After { get; init; }

    public static SiteResponse Json(int status, string json) => new(status, json, "application/json");

    public static SiteResponse Redirect(string to, int status = 308) => new(status) { Headers = ImmutableSortedDictionary<string, string>.Empty.Add("Location", to) };

    public SiteResponse With(string name, string value) => this with { Headers = Headers.SetItem(name, value) };
}

/// <summary>
/// A small HTTP/1.1 server on 127.0.0.1, over TLS when it has a certificate: what fixtures, tests and the demo look at. Routes and certificate may change while it runs.
/// </summary>
public sealed class LoopbackSite : IAsyncDisposable
{
    readonly ConcurrentDictionary<string, Func<SiteRequest, SiteResponse>> _routes = new(StringComparer.Ordinal);
    readonly LoopbackListener _listener;
    volatile SslStreamCertificateContext? _certificate;
    long _served;

    LoopbackSite(SslStreamCertificateContext? certificate, SslProtocols versions, int port)
    {
        _certificate = certificate;
        Versions = versions;
        _listener = LoopbackListener.Start(Serve, port);
    }

    /// <summary>The TLS versions that it takes; None leaves the choice to the system.</summary>
    public SslProtocols Versions { get; set; }

    public int Port => _listener.Port;

    public Uri Address => new($"{(_certificate is null ? "http" : "https")}://127.0.0.1:{Port}/");

    /// <summary>How many requests were answered.</summary>
    public long Served => Interlocked.Read(ref _served);

    /// <summary>Starts at once, on the port or a free one. Without a certificate it speaks plain HTTP.</summary>
    public static LoopbackSite Start(X509Certificate2? certificate = null, X509Certificate2Collection? sent = null, SslProtocols versions = SslProtocols.None, int port = 0) =>
        new(certificate is null ? null : Context(certificate, sent), versions, port);

    /// <summary>A plain listener that sends everybody to the same path of another site.</summary>
    public static LoopbackSite RedirectTo(Uri site, int port = 0)
    {
        var from = Start(port: port);
        from.Otherwise = request => SiteResponse.Redirect(new Uri(site, request.Path + request.Query).AbsoluteUri);
        return from;
    }

    /// <summary>Answers what no route does; 404 unless set.</summary>
    public Func<SiteRequest, SiteResponse> Otherwise { get; set; } = static _ => new(404, "not found\n");

    /// <summary>Answers in place of <see cref="Otherwise"/> where the answer must be waited for.</summary>
    internal Func<SiteRequest, CancellationToken, Task<SiteResponse>>? Asks { get; set; }

    /// <summary>Sets or replaces the route of a path.</summary>
    public LoopbackSite Route(string path, Func<SiteRequest, SiteResponse> answer)
    {
        _routes[path] = answer;
        return this;
    }

    /// <summary>The certificate for every later connection, with the intermediates that are sent beside it.</summary>
    public void Present(X509Certificate2 certificate, X509Certificate2Collection? sent = null) => _certificate = Context(certificate, sent);

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    static SslStreamCertificateContext Context(X509Certificate2 certificate, X509Certificate2Collection? sent) =>
        SslStreamCertificateContext.Create(certificate, sent ?? [], offline: true);

    async Task Serve(Stream stream, CancellationToken stop)
    {
        if (_certificate is not { } certificate)
        {
            await Talk(stream, stop);
            return;
        }

        await using var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = certificate, EnabledSslProtocols = Versions, ApplicationProtocols = [SslApplicationProtocol.Http11] }, stop);
        await Talk(tls, stop);
    }

    async Task Talk(Stream stream, CancellationToken stop)
    {
        var wire = new SiteWire(stream);
        while (await wire.Read(stop) is { } request)
        {
            var answer = _routes.TryGetValue(request.Path, out var route) ? route(request) : Asks is { } asks ? await asks(request, stop) : Otherwise(request);
            if (answer.After > TimeSpan.Zero) await Task.Delay(answer.After, TimeProvider.System, stop);
            Interlocked.Increment(ref _served);
            var closes = request.Headers.TryGetValue("connection", out var says) && says.Contains("close", StringComparison.OrdinalIgnoreCase);
            await SiteWire.Write(stream, request, answer, closes, stop);
            if (closes) return;
        }
    }
}
