using Muster.Readiness;

namespace Muster.Probes;

static class PostgresTlsKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "postgres.tls",
        Says = "Knocks at a PostgreSQL server in plaintext, over TLS and without a client's certificate, and shows what is let in and under which certificate.",
        Target = TargetShape.Url,
        Parameters = PostgresAddress.Parameters,
        Fields =
        [
            new("plaintext_refused", Shape.Truth, "Whoever knocks in plaintext is refused by a rule, before a password is asked for."),
            new("refusal", Shape.Text, "How the server says so."),
            new("offers_tls", Shape.Truth, "The server offers TLS."),
            new("tls_let_in", Shape.Truth, "Whoever knocks over TLS, with the certificate if there is one, is asked who it is, or let in."),
            new("tls_refusal", Shape.Text, "How the server refuses that."),
            new("asks_for", Shape.Text, "What it asks for over TLS: nothing, password, md5, sasl, gss."),
            new("certificate_demanded", Shape.Truth, "Over TLS whoever has no certificate is refused, and who has one is not."),
            new("version", Shape.Text, "The version that was agreed on."),
            new("versions", Shape.List, "Versions that are accepted: SSL3, TLS1.0, TLS1.1, TLS1.2, TLS1.3. Not observed while one is unclear."),
            new("versions_unclear", Shape.List, "Versions to which the server gave no clear answer."),
            new("trusted", Shape.Truth, "The chain that the server sends leads to a trusted root, and every certificate of it is valid now."),
            new("hostname_matches", Shape.Truth, "An alternative name of the certificate is the host of the address."),
            new("chain_problems", Shape.List, "What is wrong with the chain."),
            new("lifetime_left", Shape.Percentage, "The part of the certificate's whole life that is left."),
            new("expires_in", Shape.Duration, "The time until it expires."),
            new("sha256", Shape.Text, "The digest of the certificate."),
            new("subject", Shape.Text, "Its subject."),
            new("plain_rules", Shape.List, "Rules of access that let somebody in by network without TLS; observed where the role may read them and the server is verified."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("plaintext_refused", true), ("offers_tls", true), ("tls_let_in", true), ("trusted", true), ("hostname_matches", true)),
        Population = "servers",
        Deadline = TimeSpan.FromSeconds(15),
        Pitfalls =
        [
            "ssl = on only offers TLS. A rule \"host\" still lets everybody in without it, and a client with sslmode=prefer falls back to that when somebody on the way says that there is none. Write hostssl.",
            "The first rule that fits decides; plaintext may be let in for another user, database or address than those that knock here. plain_rules shows them all.",
            "sslmode=require encrypts to whoever answers. trusted and hostname_matches are what verify-full asks for.",
            "In front of a pooler this is the pooler's door; its way on to the server may be in the clear. Ask both.",
            "No password is sent to find this out; that there is none to be sent in plaintext is the point.",
            "A refusal in plaintext counts only as the server's own word (28000). One that hangs up without a word leaves it unproven.",
        ],
        Example = "check: { postgres.tls: { target: db, trust: keys/ca.pem }, expect: { versions: { only: [ TLS1.2, TLS1.3 ] } } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, PostgresTlsProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        using var authority = LoopbackAuthority.Create();
        using var leaf = authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(89));
        var trust = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(trust, authority.PemOfRoot, cancel);
            await using var sick = LoopbackPostgres.Start(leaf);
            await using var well = LoopbackPostgres.Start(leaf, needsTls: true);
            return new("postgres.tls", "a server that lets whoever asks in without TLS, beside one that does not", await Look(sick), await Look(well));
        }
        finally { File.Delete(trust); }

        Task<Witnessed> Look(LoopbackPostgres server) => Stage.Look(Declaration, Value.Of(("target", server.Address), ("trust", trust)), cancel,
            Stage.Is("plaintext_refused", true, Shape.Truth), Stage.Is("tls_let_in", true, Shape.Truth), Stage.Is("trusted", true, Shape.Truth), Stage.Is("hostname_matches", true, Shape.Truth));
    }
}
