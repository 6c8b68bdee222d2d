using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Muster.Proofs.Tests;

sealed class RevokingAtFaults : IAskedAtFaults
{
    public IReadOnlyDictionary<string, string> Asked { get; } = new Dictionary<string, string>
    {
        ["token.revocation"] = "token.revocation: revoking, admin: revoker, request: POST /revoked, wait: 1s, settle: 200ms",
        ["token.revocation.socket"] = "token.revocation: revoking, admin: revoker, request: POST /revoked, sockets: [ /live ], wait: 1s, settle: 200ms",
        ["credential.rotation"] = "credential.rotation: rotating, wait: 1s",
        ["credential.rotation.jwt"] = "credential.rotation: signing, protocol: jwt, wait: 1s",
        ["certificate.rotation"] = "certificate.rotation: ADDRESS, wait: 1s",
        ["certificate.rotation.command"] = "certificate.rotation: ADDRESS, rotate: [ \"true\" ], wait: 1s",
        ["certificate.rotation.clients"] = "certificate.rotation: renewing, side: client, revoke: [ \"true\" ], wait: 1s",
        ["ssrf.egress"] = "ssrf.egress: \"http://ADDRESS\"",
        ["waf.block"] = "waf.block: \"http://ADDRESS\", sink: revoker, wait: 1s",
        ["heartbeat"] = "heartbeat: { at: revoker, every: 1h }",
    };

    public IReadOnlyDictionary<string, string> Targets { get; } = new Dictionary<string, string>
    {
        ["revoking"] = "{ url: \"http://ADDRESS\", token: $(file:token), control_token: $(file:other-token) }",
        ["revoker"] = "\"http://ADDRESS\"",
        ["rotating"] = "{ url: \"redis://ADDRESS\", user: mia, password: $(file:token), was: $(file:other-token), fingerprint_key: $(file:fingerprint-key) }",
        ["signing"] = "{ url: \"http://ADDRESS\", user: mia, password: $(file:token), was: $(file:other-token), fingerprint_key: $(file:fingerprint-key) }",
        ["renewing"] = "{ address: ADDRESS, was: $(file:client-was.pem), certificate: $(file:client-now.pem) }",
    };

    public IReadOnlyDictionary<string, string> Files { get; } = new Dictionary<string, string>
    {
        ["other-token"] = "another-token-of-the-tests", ["fingerprint-key"] = "a key of the fingerprints", ["client-was.pem"] = Client(), ["client-now.pem"] = Client(),
    };

    static string Client()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=client", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";
    }
}
