using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Muster.Probes;

/// <summary>A certificate authority made in this process, for servers on loopback. Its keys are P-256 and never leave the process.</summary>
public sealed class LoopbackAuthority : IDisposable
{
    static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset To = new(2120, 1, 1, 0, 0, 0, TimeSpan.Zero);
    readonly X509Certificate2 _certificate;
    readonly X509Certificate2? _above;

    LoopbackAuthority(X509Certificate2 certificate, X509Certificate2? above) => (_certificate, _above) = (certificate, above);

    /// <summary>The root's certificate, in PEM: what <c>trust</c> names.</summary>
    public string PemOfRoot => (_above ?? _certificate).ExportCertificatePem();

    /// <summary>The certificates that a complete chain needs beside the leaf: this authority's own, when it is not the root.</summary>
    public X509Certificate2Collection Intermediates => _above is null ? [] : [_certificate];

    public static LoopbackAuthority Create(string name = "Loopback root")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new(Request(name, key).CreateSelfSigned(From, To), null);
    }

    /// <summary>An authority beneath this one.</summary>
    public LoopbackAuthority Below(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var bare = Request(name, key).Create(_certificate, From, To, RandomNumberGenerator.GetBytes(12));
        return new(bare.CopyWithPrivateKey(key), _certificate);
    }

    /// <summary>A certificate of a server, or of a client, for the names (DNS names or addresses), valid in exactly the given time.</summary>
    /// <param name="of">The key that it is for; one of its own unless given.</param>
    public X509Certificate2 Leaf(IEnumerable<string> names, DateTimeOffset notBefore, DateTimeOffset notAfter, ECDsa? of = null)
    {
        using var made = of is null ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : null;
        var key = of ?? made!;
        var alternatives = new SubjectAlternativeNameBuilder();
        var subject = "";
        foreach (var name in names)
        {
            subject = subject.Length == 0 ? name : subject;
            if (IPAddress.TryParse(name, out var address)) alternatives.AddIpAddress(address);
            else alternatives.AddDnsName(name);
        }

        var request = new CertificateRequest($"CN={subject}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1"), new("1.3.6.1.5.5.7.3.2")], false));
        using var bare = request.Create(_certificate, notBefore, notAfter, RandomNumberGenerator.GetBytes(12));
        return bare.CopyWithPrivateKey(key);
    }

    /// <summary>A certificate for "localhost" and 127.0.0.1 that began some time ago and ends in some time.</summary>
    public X509Certificate2 Leaf(TimeProvider clock, TimeSpan since, TimeSpan until) =>
        Leaf(["localhost", "127.0.0.1"], clock.GetUtcNow() - since, clock.GetUtcNow() + until);

    public void Dispose() => _certificate.Dispose();

    static CertificateRequest Request(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }
}
