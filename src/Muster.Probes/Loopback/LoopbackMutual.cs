using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Muster.Probes;

/// <summary>A server on loopback that asks whoever comes for a certificate of one authority, and answers 200: to those alone, or to everybody.</summary>
sealed class LoopbackMutual : IAsyncDisposable
{
    readonly LoopbackListener _listener;

    LoopbackMutual(LoopbackListener listener) => _listener = listener;

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_listener.Port}");

    public static LoopbackMutual Start(X509Certificate2 certificate, string authority, bool insists)
    {
        var trust = TrustAnchors.Of(authority);
        return new(LoopbackListener.Start(async (stream, stop) =>
        {
            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate,
                ClientCertificateRequired = true,
#pragma warning disable CA5359 // A fixture that is meant to be wrong.
                RemoteCertificateValidationCallback = (_, shown, _, _) => !insists || shown is X509Certificate2 leaf && Leads(leaf, trust),
#pragma warning restore CA5359
            }, stop);
            var wire = new SiteWire(tls);
            if (await wire.Read(stop) is { } request) await SiteWire.Write(tls, request, new(200, "in"), true, stop);
        }));
    }

    static bool Leads(X509Certificate2 leaf, TrustAnchors trust)
    {
        using var chain = new X509Chain { ChainPolicy = trust.Policy() };
        return chain.Build(leaf);
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();
}
