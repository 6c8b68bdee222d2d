#pragma warning disable RS0030 // Wraps the socket that the guard dialled.
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Muster.Probes;

/// <summary>The certificate that an address shows for a name, trusted or not; null when it shows none.</summary>
static class TlsLeaf
{
    public static async Task<X509Certificate2?> Shown(IPEndPoint to, string host, ProbeContext context, CancellationToken cancel)
    {
        try
        {
            await using var tls = new SslStream(new NetworkStream(await context.Connect(to, ProtocolType.Tcp, cancel), ownsSocket: true));
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = host, AllowTlsResume = false,
#pragma warning disable CA5359 // It is only looked at, and nothing is sent to it.
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
            }, cancel);
            return tls.RemoteCertificate is X509Certificate2 leaf ? X509CertificateLoader.LoadCertificate(leaf.RawDataMemory.Span) : null;
        }
        catch (Exception failed) when (failed is AuthenticationException or IOException or SocketException) { return null; } // No certificate was shown, which the caller tells.
    }
}
