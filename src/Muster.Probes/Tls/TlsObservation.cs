using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Several addresses as one observation: what is good must be so at each, and numbers are those of the certificate that ends first.</summary>
static class TlsObservation
{
    public static Value.Fields Of(TlsHandshake[] all, TlsVersions[] versions)
    {
        var fields = Value.Of(("addresses", Value.List(all.Select(Address))));
        if (versions.Length > 0)
        {
            var unclear = Union(versions.SelectMany(asked => asked.Unclear));
            fields = fields.With("versions_unclear", unclear);
            // Only a list that is known to be whole may be judged.
            if (unclear.Are.IsEmpty) fields = fields.With("versions", Union(versions.SelectMany(asked => asked.Accepted)));
        }

        if (all.Length == 0 || all.Any(handshake => !handshake.Seen)) return fields;
        var first = all.MinBy(handshake => handshake.LifetimeLeft)!;
        foreach (var (name, value) in first.Certificate) fields = fields.With(name, value);
        return fields
            .With("lifetime_left", first.LifetimeLeft)
            .With("expires_in", first.ExpiresIn)
            .With("sha256", first.Sha256)
            .With("version", first.Version)
            .With("alpn", first.Alpn)
            .With("trusted", all.All(handshake => handshake.Trusted))
            .With("chain_complete", all.All(handshake => handshake.ChainComplete))
            .With("chain_problems", Value.Texts(all.SelectMany(handshake => handshake.Problems).Distinct().Order(StringComparer.Ordinal)))
            .With("hostname_matches", all.All(handshake => handshake.HostnameMatches))
            .With("self_signed", all.Any(handshake => handshake.SelfSigned))
            .With("same_everywhere", all.DistinctBy(handshake => handshake.Sha256).Count() == 1);
    }

    static Value Address(TlsHandshake handshake) => handshake.Seen
        ? Value.Of(("address", handshake.Address.ToString()), ("sha256", handshake.Sha256), ("lifetime_left", handshake.LifetimeLeft), ("version", handshake.Version))
        : Value.Of(("address", handshake.Address.ToString()), ("failure", handshake.Failure!));

    static Value.Items Union(IEnumerable<string> names)
    {
        var all = names.ToHashSet();
        return Value.Texts(TlsNames.All.Select(version => version.Name).Where(all.Contains));
    }
}
