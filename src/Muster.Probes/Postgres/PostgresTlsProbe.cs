using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Muster.Readiness;

namespace Muster.Probes;

static class PostgresTlsProbe
{
    static readonly TimeSpan VersionPatience = TimeSpan.FromSeconds(3);

    // Read from the files; only a superuser, or who was given it, may.
    internal const string Rules = """
        select line_number, type, array_to_string(database, ','), array_to_string(user_name, ','), coalesce(address, ''), auth_method, coalesce(array_to_string(options, ','), '')
        from pg_hba_file_rules where error is null and type <> 'local' order by line_number
        """;

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var address = PostgresAddress.Read(given, context);
        var trust = await TrustAnchors.Read(address.Trust, context.Folder, cancel);
        using var certificate = await ClientCertificate.Read(address, context, cancel);
        var plain = await PostgresDoor.Knock(address, tls: false, null, context, cancel);
        if (!plain.Open && !plain.RefusedByRule) throw new Unseen(Blind.Unreachable, $"the server takes nobody in: {plain.Said} ({plain.SqlState})");
        var seen = Value.Of(("plaintext_refused", plain.RefusedByRule)).With("refusal", plain.Said is { } said ? said : (Value?)null);
        var to = new IPEndPoint((await context.Addresses(address.Host, cancel))[0], address.Port);
        if (!await Offers(address, context, cancel)) return Sight(seen.With("offers_tls", false), to, null);
        var handshake = await TlsHandshake.Make(to, address.Host, trust, context, cancel, PostgresDoor.Prelude);
        if (!handshake.Seen) throw new Unseen(Blind.Unreachable, handshake.Failure!);
        seen = seen.With("offers_tls", true).With(Shown(handshake));
        var versions = await TlsVersions.Ask(to, address.Host, context, VersionPatience, cancel, PostgresDoor.Prelude);
        if (versions.Unclear.Count == 0) seen = seen.With("versions", Value.Texts(versions.Accepted));
        else seen = seen.With("versions_unclear", Value.Texts(versions.Unclear));
        seen = await Doors(seen, address, certificate, context, cancel);
        seen = await RulesSeen(seen, address, handshake, context, cancel);
        var after = await TlsHandshake.Make(to, address.Host, trust, context, cancel, PostgresDoor.Prelude);
        return Sight(seen, to, handshake) with { After = Identity(to, after) };
    }

    static Sight Sight(Value.Fields seen, IPEndPoint to, TlsHandshake? handshake) =>
        new() { Observation = seen, Population = 1, Before = Identity(to, handshake), After = Identity(to, handshake) };

    static Value.Fields Identity(IPEndPoint to, TlsHandshake? handshake) => Value.Of(("address", to.ToString())).With("leaf", handshake?.Seen == true ? handshake.Sha256 : (Value?)null);

    static async Task<bool> Offers(PostgresAddress address, ProbeContext context, CancellationToken cancel)
    {
        await using var peer = await PeerStream.Open(address.Host, address.Port, context, cancel);
        return await PostgresWire.OffersTls(peer, cancel);
    }

    static (string, Value?)[] Shown(TlsHandshake handshake) =>
    [
        ("version", handshake.Version), ("trusted", handshake.Trusted), ("hostname_matches", handshake.HostnameMatches), ("chain_problems", Value.Texts(handshake.Problems)),
        ("lifetime_left", handshake.LifetimeLeft), ("expires_in", handshake.ExpiresIn), ("sha256", handshake.Sha256.ToString()), ("subject", handshake.Certificate.Text("subject")),
    ];

    /// <summary>With the certificate that the target has, which must be let in; and without any, which is refused where one is demanded.</summary>
    static async Task<Value.Fields> Doors(Value.Fields seen, PostgresAddress address, X509Certificate2? certificate, ProbeContext context, CancellationToken cancel)
    {
        var without = await PostgresDoor.Knock(address, tls: true, null, context, cancel);
        var with = certificate is null ? without : await PostgresDoor.Knock(address, tls: true, certificate, context, cancel);
        foreach (var door in (ReadOnlySpan<PostgresDoor>)[without, with])
            if (!door.Open && !door.RefusedByRule) throw new Unseen(Blind.Unreachable, $"the server takes nobody in over TLS: {door.Said} ({door.SqlState})");
        seen = seen.With(("tls_let_in", with.Open), ("tls_refusal", with.Said is { } said ? said : (Value?)null), ("asks_for", with.Asks is { } asks ? asks : (Value?)null));
        // Without a certificate of ours a refusal may have any reason; only beside one that is let in does it say that a certificate was lacking.
        return without.Open || with.Open ? seen.With("certificate_demanded", !without.Open) : seen;
    }

    /// <summary>Not observed where the role may not read the rules, or there is no password to find out with; then what was tried stands alone.</summary>
    static async Task<Value.Fields> RulesSeen(Value.Fields seen, PostgresAddress address, TlsHandshake handshake, ProbeContext context, CancellationToken cancel)
    {
        if (address.Password is null || !handshake.Trusted || !handshake.HostnameMatches) return seen;
        PostgresSession session;
        try { session = await PostgresSession.Open(address with { SslMode = "verify-full" }, context, cancel); }
        catch (Unseen closed) when (closed.Blind is Blind.NotAdmitted or Blind.Unreachable) { return seen; } // The rules are more than was asked; the doors have answered.

        await using (session)
        {
            var (rows, _, _) = await session.Try(Rules, cancel);
            return rows is null ? seen : seen.With("plain_rules", Value.Texts(rows.Rows.Where(row => row[1] is "host" or "hostnossl" && row[5] != "reject").Select(row => $"line {row[0]}: {row[1]} {row[2]} {row[3]} {row[4]} {row[5]}")));
        }
    }
}
