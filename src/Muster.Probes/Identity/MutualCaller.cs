#pragma warning disable RS0030 // Wraps the socket that the guard dialled.
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

enum Came { Admitted, Refused, Unclear }

/// <summary>What one call came to.</summary>
sealed record Called(Came Came, string Says, string Address, Digest? Leaf = null);

/// <summary>Comes to a TLS endpoint with a client certificate, with none, or without TLS, and goes on until it is answered or sent away.</summary>
sealed record MutualCaller(string Host, int Port, string Sni, string? Path, TrustAnchors Trust, ProbeContext Context)
{
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    /// <summary>Longer: here silence admits nobody and refuses nobody, and a busy server may still say its no.</summary>
    static readonly TimeSpan PlainSilence = TimeSpan.FromSeconds(5);

    /// <summary>A client's certificate and key, from the PEM of a target.</summary>
    public static X509Certificate2 Certificate(string pem, string parameter, ProbeContext context)
    {
        context.Hide(pem);
        try
        {
            using var read = X509Certificate2.CreateFromPem(pem, pem);
            // A key that lives only in memory cannot be used by every platform's TLS; through PKCS #12 it can.
            return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception unread) when (unread is CryptographicException or ArgumentException) { throw Given.Wrong(parameter, "is not a certificate and its key in PEM"); }
    }

    public async Task<Called> Call(X509Certificate2? certificate, CancellationToken cancel)
    {
        var socket = await Context.Connect(Host, Port, cancel);
        var address = socket.RemoteEndPoint!.ToString()!;
        await using var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        Digest? leaf = null;
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = Sni, AllowTlsResume = false, CertificateChainPolicy = Trust.Policy(),
                ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
            }, cancel);
            leaf = Digest.Of(((X509Certificate2)tls.RemoteCertificate!).RawDataMemory.Span);
            return await Answered(tls, address, leaf, cancel);
        }
        catch (AuthenticationException refused) when (leaf is null) { return new(Came.Refused, Bounded.Start($"the handshake failed: {(refused.InnerException ?? refused).Message}", 200), address); }
        catch (IOException broken) { return new(Came.Refused, Bounded.Start($"sent away: {(broken.InnerException ?? broken).Message}", 200), address, leaf); }
    }

    /// <summary>The same words without any TLS.</summary>
    public async Task<Called> Plain(CancellationToken cancel)
    {
        var socket = await Context.Connect(Host, Port, cancel);
        var address = socket.RemoteEndPoint!.ToString()!;
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            await stream.WriteAsync(Request(), cancel);
            return await First(stream, PlainSilence, cancel) switch
            {
                null => new(Came.Unclear, $"nothing was said for {PlainSilence.TotalSeconds} s, and it was not sent away", address),
                "" => new(Came.Refused, "sent away without a word", address),
                ['\u0015', ..] => new(Came.Refused, "answered by an alert of TLS", address),
                var first => Http(first) switch
                {
                    null => new(Came.Unclear, "answered in another protocol, without TLS", address),
                    [>= '4', ..] and var status => new(Came.Refused, $"answered {status}", address),
                    var status => new(Came.Admitted, $"answered {status}", address),
                },
            };
        }
        catch (IOException broken) { return new(Came.Refused, Bounded.Start($"sent away: {(broken.InnerException ?? broken).Message}", 200), address); }
    }

    async Task<Called> Answered(SslStream tls, string address, Digest? leaf, CancellationToken cancel)
    {
        if (Path is not null) await tls.WriteAsync(Request(), cancel);
        return await First(tls, Path is null ? Silence : Timeout.InfiniteTimeSpan, cancel) switch
        {
            null => new(Came.Admitted, "not sent away, and nothing was said", address, leaf),
            "" => new(Came.Refused, "sent away without a word", address, leaf),
            _ when Path is null => new(Came.Admitted, "answered", address, leaf),
            var first => Http(first) switch
            {
                null => new(Came.Refused, "answered in another protocol", address, leaf),
                ['2' or '3', ..] and var status => new(Came.Admitted, $"answered {status}", address, leaf),
                // A server in trouble, or one that is asked too often, says nothing of whom it would let in.
                ([>= '5', ..] or "429") and var status => new(Came.Unclear, $"answered {status}", address, leaf),
                var status => new(Came.Refused, $"answered {status}", address, leaf),
            },
        };
    }

    /// <summary>The beginning of the first line; empty when the peer ended the connection, null when it said nothing in this time.</summary>
    static async Task<string?> First(Stream stream, TimeSpan patience, CancellationToken cancel)
    {
        var buffer = new byte[512];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        try
        {
            var got = await stream.ReadAsync(buffer, limit.Token);
            return got == 0 ? "" : Encoding.Latin1.GetString(buffer, 0, got);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { return null; }
    }

    /// <summary>The status of an answer that is HTTP.</summary>
    static string? Http(string first) => first.Split('\r', '\n')[0].Split(' ') is [['H', 'T', 'T', 'P', '/', '1', '.', ..], [>= '1' and <= '9', ..] and var status, ..] ? Bounded.Start(status, 3) : null;

    byte[] Request() => Encoding.ASCII.GetBytes($"GET {(Path is { } path && path.StartsWith('/') && !path.AsSpan().ContainsAny('\r', '\n', ' ') ? path : "/")} HTTP/1.1\r\nHost: {Sni}\r\nUser-Agent: muster\r\nConnection: close\r\n\r\n");
}
