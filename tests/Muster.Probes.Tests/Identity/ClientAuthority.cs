using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Muster.Probes.Tests.Identity;

/// <summary>An authority of clients that can also revoke.</summary>
sealed class ClientAuthority : IDisposable
{
    readonly X509Certificate2 _certificate;
    readonly CertificateRevocationListBuilder _revoked = new();

    public ClientAuthority(string name = "Clients of the shop")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-400), DateTimeOffset.UtcNow.AddDays(400));
    }

    public string Pem => _certificate.ExportCertificatePem() + "\n";

    /// <summary>A certificate with its key in PEM, which begins now less an hour unless said.</summary>
    public string Client(string name, TimeSpan until, TimeSpan? since = null, bool revoked = false, string? uri = null, int rsa = 0)
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var old = rsa > 0 ? RSA.Create(rsa) : null;
        var request = old is null ? new CertificateRequest($"CN={name}", ec, HashAlgorithmName.SHA256) : new CertificateRequest($"CN={name}", old, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        if (uri is not null) names.AddUri(new Uri(uri));
        else names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var serial = RandomNumberGenerator.GetBytes(12);
        serial[0] |= 0x40;
        serial[0] &= 0x7f;
        using var certificate = request.Create(_certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_certificate.GetECDsaPrivateKey()!), DateTimeOffset.UtcNow - (since ?? TimeSpan.FromHours(1)), DateTimeOffset.UtcNow + until, serial);
        if (revoked) _revoked.AddEntry(certificate.SerialNumberBytes.Span);
        return certificate.ExportCertificatePem() + "\n" + (old?.ExportPkcs8PrivateKeyPem() ?? ec.ExportPkcs8PrivateKeyPem()) + "\n";
    }

    /// <summary>The list of those that were revoked so far.</summary>
    public string Revoked(TimeSpan until, TimeSpan? since = null) => PemEncoding.WriteString("X509 CRL", _revoked.Build(_certificate, 1, DateTimeOffset.UtcNow + until, HashAlgorithmName.SHA256, thisUpdate: DateTimeOffset.UtcNow - (since ?? TimeSpan.FromHours(1)))) + "\n";

    /// <summary>From now on that certificate is on the list.</summary>
    public void Revoke(string pem)
    {
        using var certificate = X509Certificate2.CreateFromPem(pem);
        _revoked.AddEntry(certificate.SerialNumberBytes.Span);
    }

    /// <summary>A list with nobody on it.</summary>
    public string Nobody(TimeSpan until) => PemEncoding.WriteString("X509 CRL", new CertificateRevocationListBuilder().Build(_certificate, 1, DateTimeOffset.UtcNow + until, HashAlgorithmName.SHA256, thisUpdate: DateTimeOffset.UtcNow.AddHours(-1))) + "\n";

    public void Dispose() => _certificate.Dispose();
}
