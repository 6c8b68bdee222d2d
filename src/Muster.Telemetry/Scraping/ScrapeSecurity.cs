using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Muster.Telemetry.Scraping;

/// <summary>
/// TLS as a job asks for it. The framework's HTTP checks a certificate for the URL's host and lets nobody say another name; so where one is said, HTTP is given
/// a plain URL and a stream that is secured already. A redirect to a whole <c>https</c> URL is then secured by the framework, for that URL's own host.
/// </summary>
static class ScrapeSecurity
{
    /// <exception cref="IOException">The file of certificates cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It holds none.</exception>
    public static SslClientAuthenticationOptions Of(ScrapeTls tls, string folder)
    {
        var options = new SslClientAuthenticationOptions { CertificateRevocationCheckMode = X509RevocationMode.NoCheck };
        if (tls.ServerName is { } name) options.TargetHost = name;
        if (tls.Insecure) options.RemoteCertificateValidationCallback = (_, _, _, _) => tls.Insecure;
        if (tls.CaFile is not { } file) return options;
        var trusted = new X509Certificate2Collection();
        trusted.ImportFromPemFile(Path.Combine(folder, file));
        options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        options.CertificateChainPolicy.CustomTrustStore.AddRange(trusted);
        return options;
    }

    static readonly HttpRequestOptionsKey<bool> Hidden = new("muster.secured");

    /// <summary>Makes an <c>https</c> request one over a stream that is secured already.</summary>
    public static void Hide(HttpRequestMessage request)
    {
        if (request.RequestUri is not { Scheme: "https" } url) return;
        request.RequestUri = new UriBuilder(url) { Scheme = Uri.UriSchemeHttp, Port = url.Port }.Uri;
        request.Options.Set(Hidden, true);
    }

    public static async ValueTask<Stream> Secured(Stream plain, HttpRequestMessage asked, SslClientAuthenticationOptions options, CancellationToken cancel)
    {
        if (asked.RequestUri!.Scheme == Uri.UriSchemeHttps || !asked.Options.TryGetValue(Hidden, out _)) return plain;
        var secured = new SslStream(plain);
        try
        {
            await secured.AuthenticateAsClientAsync(options, cancel);
            return secured;
        }
        catch
        {
            await secured.DisposeAsync();
            throw;
        }
    }
}
