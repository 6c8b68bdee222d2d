using Muster.Readiness;

namespace Muster.Probes;

static class CertificateInventoryKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "certificate.inventory",
        Says = "Reads every certificate of files, of Kubernetes Secrets written as YAML, and of endpoints: whose it is, how much of its life is left, whether its key fits, and whether it was revoked.",
        Target = TargetShape.None,
        Parameters =
        [
            new("files", Shape.List, "Files and folders beside the document; of a folder every .pem, .crt, .cer, .yaml and .yml in it."),
            new("endpoints", Shape.List, "host:port of TLS endpoints; the certificates that they show."),
            new("crl", Shape.Text, "A file with the authority's list of revoked certificates, PEM or DER; its signature is verified with issuer."),
            new("issuer", Shape.Text, "The PEM file of the authority that signed the list."),
            new("job", Shape.Text, "A file that the job which watches certificates writes each time it ran; its age is seen."),
        ],
        Fields =
        [
            new("count", Shape.Number, "Certificates that are no authority's own."),
            new("lifetime_left", Shape.Percentage, "The least part of its life that any of them has left."),
            new("expires_in", Shape.Duration, "The time until the first of them expires."),
            new("expired", Shape.List, "Those that have expired."),
            new("expired_count", Shape.Number, "How many there are."),
            new("longest_life", Shape.Duration, "The longest whole life of any of them."),
            new("unnamed", Shape.List, "Those without an alternative name."),
            new("unnamed_count", Shape.Number, "How many there are."),
            new("uris", Shape.List, "The URIs among their names, as spiffe://shop.test/api."),
            new("without_uri", Shape.Number, "Those that name no URI."),
            new("self_signed", Shape.Number, "Those that are their own issuer."),
            new("weak", Shape.Number, "Those with an RSA key under 2048 bits, or signed with SHA-1 or MD5."),
            new("keys_apart", Shape.List, "Files whose private key is not that of their certificate."),
            new("keys_apart_count", Shape.Number, "How many there are."),
            new("revoked", Shape.List, "Those on the list of revoked ones."),
            new("revoked_count", Shape.Number, "How many there are; observed only with a list that is in force."),
            new("unreadable", Shape.List, "Files and endpoints in which no certificate could be read."),
            new("unreadable_count", Shape.Number, "How many there are."),
            new("job_age", Shape.Duration, "How long ago the job that watches wrote its file."),
            new("certificates", Shape.List, "The first fifty, each with where, subject, names, lifetime_left and sha256."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("count", "at least 1"), ("expired_count", 0), ("lifetime_left", "over 0"), ("keys_apart_count", 0), ("unreadable_count", 0)),
        Population = "certificates",
        Deadline = TimeSpan.FromSeconds(30),
        Pitfalls =
        [
            "A number of days suits no certificate in particular; expect lifetime_left.",
            "A certificate in a file is not the one that is served: name the endpoint too.",
            "Names that stand nowhere in files and endpoints are not seen; the inventory is as whole as the list.",
            "A list of revoked certificates that is past its next update says nothing, and the check is unproven.",
            "A job that watches certificates and has stopped is silent, as one that finds nothing: expect job_age.",
        ],
        Example = "check: { certificate.inventory: { files: [ certificates ], endpoints: [ \"shop.test:443\" ] }, expect: { lifetime_left: at least 33% } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, CertificateInventoryProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        using var authority = LoopbackAuthority.Create();
        var folder = Directory.CreateTempSubdirectory("muster-");
        try
        {
            foreach (var (name, until) in ((string, double)[])[("sick", -1), ("well", 60)])
            {
                using var leaf = authority.Leaf(TimeProvider.System, TimeSpan.FromDays(30), TimeSpan.FromDays(until));
                await File.WriteAllTextAsync(Path.Combine(folder.FullName, name + ".pem"), leaf.ExportCertificatePem(), cancel);
            }

            Task<Witnessed> Look(string file) => Stage.Look(new() { Release = default, Folder = folder.FullName }, Declaration, Value.Of(("files", Value.Texts([file]))), [Stage.Is("expired_count", 0, Shape.Number), Stage.Over("lifetime_left", 0, Shape.Percentage)], cancel);
            return new("certificate.inventory", "a certificate that expired a day ago, beside one that is good for two months", await Look("sick.pem"), await Look("well.pem"));
        }
        finally { folder.Delete(recursive: true); }
    }
}
