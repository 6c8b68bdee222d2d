#pragma warning disable RS0030 // Wraps the socket that the guard dialled.
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

static class MtlsEnforcementProbe
{
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var (host, port) = HostAndPort.Read(given.Target, 443);
        var trust = await TrustAnchors.Read(given.Text("trust"), context.Folder, cancel);
        var caller = new Caller(host, port, given.Text("sni") ?? host, given.Text("path"), trust, context);
        using var right = Certificate(given.Text("certificate") ?? throw Given.Wrong("certificate", "is missing: name it under the target"), "certificate", context);
        using var strange = LoopbackAuthority.Create("A stranger's root");
        using var stranger = strange.Leaf([right.GetNameInfo(X509NameType.SimpleName, false) is { Length: > 0 } name ? name : "client"], context.Clock.GetUtcNow() - TimeSpan.FromHours(1), context.Clock.GetUtcNow() + TimeSpan.FromDays(1));
        using var alone = SelfSigned(context);

        var first = await caller.Call(right, cancel);
        var others = new List<(string Name, Called Was)> { ("nobody", await caller.Call(null, cancel)), ("plaintext", await caller.Plain(cancel)), ("stranger", await caller.Call(stranger, cancel)), ("self-signed", await caller.Call(alone, cancel)) };
        foreach (var (bad, pem) in given.Pairs("bad"))
        {
            using var certificate = Certificate(pem, "bad", context);
            others.Add((bad, await caller.Call(certificate, cancel)));
        }

        var last = await caller.Call(right, cancel);
        if (first.Leaf is null) throw new Unseen(Blind.Unreachable, $"no TLS connection with {host}:{port} with the right certificate: {first.Says}");
        var wrongly = others.Where(one => one.Was.Admitted).Select(one => one.Name).ToList();
        Value Who(Called was) => Value.Of(("address", was.Address), ("leaf", was.Leaf is { } leaf ? leaf : Value.Null));
        return new()
        {
            Observation = Value.Of(("admitted", first.Admitted && last.Admitted), ("tried", Value.Texts(others.Select(one => one.Name))), ("wrongly_admitted", Value.Texts(wrongly)), ("wrong", wrongly.Count),
                ("answers", new Value.Fields(others.Select(one => KeyValuePair.Create<string, Value>(one.Name, one.Was.Says)).Append(new("right", first.Says))))),
            Population = others.Count + 1, Before = Who(first), After = Who(last),
        };
    }

    static X509Certificate2 Certificate(string pem, string parameter, ProbeContext context)
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

    static X509Certificate2 SelfSigned(ProbeContext context)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=client", key, HashAlgorithmName.SHA256).CreateSelfSigned(context.Clock.GetUtcNow() - TimeSpan.FromHours(1), context.Clock.GetUtcNow() + TimeSpan.FromDays(1));
    }

    /// <summary>What one call came to.</summary>
    sealed record Called(bool Admitted, string Says, string Address, Digest? Leaf = null);

    sealed record Caller(string Host, int Port, string Sni, string? Path, TrustAnchors Trust, ProbeContext Context)
    {
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
            catch (AuthenticationException refused) when (leaf is null) { return new(false, Bounded.Start($"the handshake failed: {(refused.InnerException ?? refused).Message}", 200), address); }
            catch (IOException broken) { return new(false, Bounded.Start($"sent away: {(broken.InnerException ?? broken).Message}", 200), address, leaf); }
        }

        /// <summary>The same words without any TLS.</summary>
        public async Task<Called> Plain(CancellationToken cancel)
        {
            var socket = await Context.Connect(Host, Port, cancel);
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            try
            {
                await stream.WriteAsync(Request(), cancel);
                return await Read(stream, socket.RemoteEndPoint!.ToString()!, null, silenceAdmits: false, cancel);
            }
            catch (IOException broken) { return new(false, Bounded.Start($"sent away: {(broken.InnerException ?? broken).Message}", 200), ""); }
        }

        async Task<Called> Answered(SslStream tls, string address, Digest? leaf, CancellationToken cancel)
        {
            if (Path is not null) await tls.WriteAsync(Request(), cancel);
            return await Read(tls, address, leaf, silenceAdmits: Path is null, cancel);
        }

        async Task<Called> Read(Stream stream, string address, Digest? leaf, bool silenceAdmits, CancellationToken cancel)
        {
            var buffer = new byte[512];
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            if (silenceAdmits || leaf is null) patience.CancelAfter(Silence);
            int got;
            try { got = await stream.ReadAsync(buffer, patience.Token); }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { return new(silenceAdmits, "not sent away, and nothing was said", address, leaf); }
            if (got == 0) return new(false, "sent away without a word", address, leaf);
            var first = Encoding.Latin1.GetString(buffer, 0, got).Split('\r', '\n')[0];
            if (Path is null) return new(leaf is not null, "answered", address, leaf);
            var words = first.Split(' ');
            if (!first.StartsWith("HTTP/1.", StringComparison.Ordinal) || words.Length < 2) return new(false, "answered in another protocol", address, leaf);
            return new(words[1] is ['2' or '3', ..], $"answered {Bounded.Start(words[1], 3)}", address, leaf);
        }

        byte[] Request() => Encoding.ASCII.GetBytes($"GET {(Path is { } path && path.StartsWith('/') && !path.AsSpan().ContainsAny('\r', '\n', ' ') ? path : "/")} HTTP/1.1\r\nHost: {Sni}\r\nUser-Agent: muster\r\nConnection: close\r\n\r\n");
    }
}
