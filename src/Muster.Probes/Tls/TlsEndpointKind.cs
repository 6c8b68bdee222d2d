using Muster.Readiness;

namespace Muster.Probes;

static class TlsEndpointKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "tls.endpoint",
        Says = "Shakes hands with every address of a name and shows the certificate, the chain and the protocol versions that are accepted.",
        Target = TargetShape.HostAndPort,
        Parameters =
        [
            new("sni", Shape.Text, "The name that is asked for and matched; the target's host unless said."),
            new("trust", Shape.Text, "A PEM file of the only trusted roots, relative to the document; else this machine's roots."),
            new("addresses", Shape.Text, "Which addresses of the name are asked; \"reachable\" leaves out those that refuse, and is the default for localhost alone.") { Default = "all", OneOf = ["all", "reachable", "ipv4", "ipv6"] },
            new("probe_versions", Shape.Truth, "Whether versions are asked for, with five more connections for each address.") { Default = true },
        ],
        Fields =
        [
            new("lifetime_left", Shape.Percentage, "The part of the certificate's whole life that is left; negative when it has expired, the least of all addresses."),
            new("expires_in", Shape.Duration, "The time until it expires; negative when it has."),
            new("not_before", Shape.Instant, "When it begins to be valid."),
            new("not_after", Shape.Instant, "When it expires."),
            new("trusted", Shape.Truth, "The chain that the server sends leads to a trusted root, and every certificate of it is valid now."),
            new("chain_complete", Shape.Truth, "The server sends every intermediate that is needed."),
            new("chain_problems", Shape.List, "What is wrong with the chain: NotTimeValid, PartialChain, UntrustedRoot …"),
            new("hostname_matches", Shape.Truth, "An alternative name of the certificate matches; the common name never counts."),
            new("self_signed", Shape.Truth, "Issuer and subject are the same."),
            new("subject", Shape.Text, "The subject."),
            new("issuer", Shape.Text, "The issuer."),
            new("serial", Shape.Text, "The serial number in lower-case hex."),
            new("names", Shape.List, "The alternative names: DNS names and addresses."),
            new("key_algorithm", Shape.Text, "ECDSA or RSA, or what else the certificate says."),
            new("key_bits", Shape.Number, "The size of the key."),
            new("signature_algorithm", Shape.Text, "How the certificate is signed."),
            new("sha256", Shape.Text, "The digest of the certificate."),
            new("version", Shape.Text, "The version that was agreed on."),
            new("alpn", Shape.Text, "The application protocol that was agreed on: h2, http/1.1 or empty."),
            new("versions", Shape.List, "Versions that are accepted: SSL3, TLS1.0, TLS1.1, TLS1.2, TLS1.3. Not observed while one is unclear."),
            new("versions_unclear", Shape.List, "Versions to which the server gave no clear answer."),
            new("same_everywhere", Shape.Truth, "Every address shows the same certificate."),
            new("addresses", Shape.List, "Each address with its certificate's digest and life, or its failure."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("trusted", true), ("hostname_matches", true), ("lifetime_left", "over 0")),
        Population = "addresses",
        Deadline = TimeSpan.FromSeconds(15),
        Pitfalls =
        [
            "A day count suits no certificate in particular: of a 90-day one a third is a month, of a 6-day one it is two days. Prefer lifetime_left.",
            "A missing intermediate is hidden by clients that download it; here nothing is downloaded, so chain_complete is false.",
            "A version counts as off only when the server says so to a hello of ours; silence or a reset leaves versions unobserved.",
            "A version is asked for by name, yet a server may accept one only with a cipher suite that nobody has; that is off too.",
            "Revocation is not looked at here.",
            "A private authority is trusted only when trust names its root.",
        ],
        Example = "check: { tls.endpoint: api, expect: { lifetime_left: at least 33%, versions: { only: [ TLS1.2, TLS1.3 ] } } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, TlsEndpointProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        using var authority = LoopbackAuthority.Create();
        var trust = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(trust, authority.PemOfRoot, cancel);
            using var expired = authority.Leaf(TimeProvider.System, TimeSpan.FromDays(90), TimeSpan.FromDays(-1));
            using var valid = authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(89));
            await using var sick = LoopbackSite.Start(expired);
            await using var well = LoopbackSite.Start(valid);
            return new("tls.endpoint", "a server whose certificate expired yesterday, beside one with 89 days left", await Look(sick), await Look(well));
        }
        finally { File.Delete(trust); }

        Task<Witnessed> Look(LoopbackSite site) => Stage.Look(Declaration, Value.Of(("target", site.Address.AbsoluteUri), ("trust", trust)), cancel,
            Stage.Is("trusted", true, Shape.Truth), Stage.Is("hostname_matches", true, Shape.Truth), Stage.Over("lifetime_left", 0, Shape.Percentage));
    }
}
