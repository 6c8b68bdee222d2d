using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Muster.Proofs.Tests;

sealed class IdentityAtFaults : IAskedAtFaults
{
    public IReadOnlyDictionary<string, string> Asked { get; } = new Dictionary<string, string>
    {
        ["mtls.enforcement"] = "mtls.enforcement: mutual, path: /",
        ["authz.matrix"] = "authz.matrix: guarded, may: { mia: [ GET / ] }",
        ["token.negative"] = "token.negative: guarded",
        ["oidc"] = "oidc: \"http://ADDRESS\"",
    };

    public IReadOnlyDictionary<string, string> Targets { get; } = new Dictionary<string, string>
    {
        ["mutual"] = "{ address: ADDRESS, certificate: $(file:client.pem) }",
        ["guarded"] = "{ url: \"http://ADDRESS\", token: $(file:token), identities: { mia: $(file:token) } }",
    };

    public IReadOnlyDictionary<string, string> Files { get; } = new Dictionary<string, string> { ["client.pem"] = Client(), ["token"] = "a-token-of-the-tests" };

    static string Client()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=client", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";
    }
}
