using System.Security.Cryptography.X509Certificates;
using Muster.Readiness;

namespace Muster.Probes;

static class MtlsEnforcementKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "mtls.enforcement",
        Says = "Comes to a TLS endpoint with the right client certificate, with none, and with wrong ones, and goes on until it is answered or refused.",
        Target = TargetShape.HostAndPort,
        Parameters =
        [
            new("certificate", Shape.Text, "The right client certificate and its key, in PEM; only under targets."),
            new("bad", Shape.Map, "Wrong certificates with their keys by name, under targets, that only the authority can make: { expired: $(file:expired.pem), revoked: $(file:revoked.pem) }."),
            new("sni", Shape.Text, "The name that is asked for; the target's host unless said."),
            new("path", Shape.Text, "The path of an HTTP request that the right certificate is answered with 2xx or 3xx. Left out, nothing is said after the handshake, and whoever is not sent away is admitted."),
            new("trust", Shape.Text, "A PEM file of the only trusted roots of the server, relative to the document; else this machine's roots."),
        ],
        Fields =
        [
            new("admitted", Shape.Truth, "Whether the right certificate is admitted."),
            new("tried", Shape.List, "Who else came: nobody (no certificate), plaintext (no TLS), stranger (another authority), self-signed, and those of the target."),
            new("wrongly_admitted", Shape.List, "Who of them was admitted."),
            new("wrong", Shape.Number, "How many there are."),
            new("unclear", Shape.List, "Who was neither admitted nor sent away: plaintext that got no answer for five seconds, or one that is neither HTTP nor an alert."),
            new("unclear_count", Shape.Number, "How many there are."),
            new("answers", Shape.Map, "What each came to, in words."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("admitted", true), ("wrong", 0), ("unclear_count", 0)),
        Population = "comers",
        Deadline = TimeSpan.FromSeconds(30),
        Pitfalls =
        [
            "Under TLS 1.3 a server refuses a certificate only after the handshake has succeeded at the client: here something is sent and the answer awaited.",
            "Some servers answer a missing certificate with an HTTP error instead of an alert; that is a refusal too, so name a path.",
            "A server that asks for a certificate and does not insist is found by whoever comes without one.",
            "Plaintext is refused by a closed connection, an alert or an HTTP error; silence refuses nobody.",
            "Without path a server that waits for its client to speak admits, by its silence, whoever it did not send away.",
        ],
        Example = "check: { mtls.enforcement: internal, path: /health }",
    };

    public static readonly ProbeKind Entry = new(Declaration, MtlsEnforcementProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        using var authority = LoopbackAuthority.Create();
        using var server = authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(30));
        using var client = authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(30));
        var folder = Directory.CreateTempSubdirectory("muster-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "ca.pem"), authority.PemOfRoot, cancel);
            await using var sick = LoopbackMutual.Start(server, authority.PemOfRoot, insists: false);
            await using var well = LoopbackMutual.Start(server, authority.PemOfRoot, insists: true);
            var pem = client.ExportCertificatePem() + "\n" + client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();
            Task<Witnessed> Look(LoopbackMutual at) => Stage.Look(new() { Release = default, Folder = folder.FullName }, Declaration,
                Value.Of(("target", Value.Of(("address", at.Address), ("certificate", pem))), ("trust", "ca.pem"), ("path", "/")), [Stage.Is("admitted", true, Shape.Truth), Stage.Is("wrong", 0, Shape.Number)], cancel);
            return new("mtls.enforcement", "a server that asks for a certificate and does not insist, beside one that does", await Look(sick), await Look(well));
        }
        finally { folder.Delete(recursive: true); }
    }
}
