using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Muster.Readiness;

namespace Muster.Probes;

static class CertificateInventoryProbe
{
    const int MostEndpoints = 200;
    const int MostNamed = 50;

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        if (given.Texts("files").IsEmpty && given.Texts("endpoints").IsEmpty) throw Given.Wrong("files", "is missing, and \"endpoints\" too");
        var (found, unreadable) = (new List<Found>(), new List<string>());
        foreach (var (name, path) in Inventory.Files(given.Texts("files"), context))
        {
            var (inFile, whole) = await Inventory.Read(name, path, cancel);
            if (!whole) unreadable.Add(name);
            found.AddRange(inFile);
        }

        var ends = given.Texts("endpoints");
        if (ends.Length > MostEndpoints) throw Given.Wrong("endpoints", $"are more than {MostEndpoints}");
        foreach (var end in ends) await Served(end, context, found, unreadable, cancel);
        var leaves = found.Where(one => !one.IsAuthority).ToList();
        var seen = Seen(leaves, context.Clock.GetUtcNow()).With("unreadable", Value.Texts(unreadable.Take(MostNamed))).With("unreadable_count", unreadable.Count);
        if (given.Text("crl") is { } list) seen = await Revoked(seen, leaves, list, given, context, cancel);
        if (given.Text("job") is { } job) seen = JobAge(seen, job, context);
        return new() { Observation = seen, Population = leaves.Count };
    }

    static async Task Served(string end, ProbeContext context, List<Found> found, List<string> unreadable, CancellationToken cancel)
    {
        var (host, port) = HostAndPort.Read(end, 443);
        foreach (var address in await context.Addresses(host, cancel))
            if (await Shown(new IPEndPoint(address, port), host, context, cancel) is { } leaf) found.Add(new($"{end} ({address})", leaf, null));
            else unreadable.Add($"{end} ({address})");
    }

    /// <summary>Whether it is trusted is for tls.endpoint; here it is only read.</summary>
    static async Task<X509Certificate2?> Shown(IPEndPoint to, string host, ProbeContext context, CancellationToken cancel)
    {
        try { return await TlsHandshake.Make(to, host, TrustAnchors.System, context, cancel) is { Seen: true } shook ? X509CertificateLoader.LoadCertificate(shook.Leaf.Span) : null; }
        catch (SocketException) { return null; } // Nobody there: the caller names the endpoint.
    }

    static Value.Fields Seen(List<Found> leaves, DateTimeOffset now)
    {
        double Left(Found one) => (one.Certificate.NotAfter.ToUniversalTime() - one.Certificate.NotBefore.ToUniversalTime()).TotalSeconds is > 0 and var whole ? (one.Certificate.NotAfter.ToUniversalTime() - now).TotalSeconds / whole : 0;
        var expired = leaves.Where(one => one.Certificate.NotAfter.ToUniversalTime() < now).ToList();
        var unnamed = leaves.Where(one => Names(one).Count == 0).ToList();
        var uris = leaves.SelectMany(Uris).Distinct().Order(StringComparer.Ordinal).ToList();
        var apart = leaves.Where(one => one.KeyFits == false).ToList();
        Value Where(List<Found> some) => Value.Texts(some.Take(MostNamed).Select(one => one.Where));
        var seen = Value.Of(("count", leaves.Count), ("expired", Where(expired)), ("expired_count", expired.Count), ("unnamed", Where(unnamed)), ("unnamed_count", unnamed.Count),
            ("uris", Value.Texts(uris.Take(MostNamed))), ("without_uri", leaves.Count(one => !Uris(one).Any())), ("self_signed", leaves.Count(one => one.Certificate.SubjectName.RawData.AsSpan().SequenceEqual(one.Certificate.IssuerName.RawData))),
            ("weak", leaves.Count(IsWeak)), ("keys_apart", Where(apart)), ("keys_apart_count", apart.Count),
            ("certificates", Value.List(leaves.Take(MostNamed).Select(one => (Value)Value.Of(("where", one.Where), ("subject", one.Certificate.Subject), ("names", Value.Texts(Names(one).Take(20))), ("lifetime_left", Math.Round(Left(one), 4)), ("sha256", Digest.Of(one.Certificate.RawDataMemory.Span)))))));
        return leaves.Count == 0 ? seen : seen
            .With("lifetime_left", Math.Round(leaves.Min(Left), 6)).With("expires_in", Math.Round(leaves.Min(one => (one.Certificate.NotAfter.ToUniversalTime() - now).TotalSeconds), 3))
            .With("longest_life", leaves.Max(one => (one.Certificate.NotAfter - one.Certificate.NotBefore).TotalSeconds));
    }

    static async Task<Value.Fields> Revoked(Value.Fields seen, List<Found> leaves, string name, Given given, ProbeContext context, CancellationToken cancel)
    {
        var issuers = new X509Certificate2Collection();
        var file = given.Text("issuer") ?? throw Given.Wrong("issuer", "is missing: a list that nobody's key has signed says nothing");
        try { issuers.ImportFromPemFile(FolderWall.Within(context.Folder, file, context.MayLeaveFolder)); }
        catch (Exception unread) when (unread is CryptographicException or IOException) { throw new Unseen(Blind.NotCapable, $"the authority's certificate cannot be read: {file}"); }
        if (issuers.Count == 0) throw new Unseen(Blind.NotCapable, $"{file} holds no certificate");
        var list = await RevocationList.Read(FolderWall.Within(context.Folder, name, context.MayLeaveFolder), name, issuers[0], cancel);
        var now = context.Clock.GetUtcNow();
        if (list.Until is not { } until || until < now || list.From > now) throw new Unseen(Blind.Unreadable, $"the list of revoked certificates is not in force: {(list.Until is { } ended ? $"its next was due at {Instant.Write(ended)}" : "it does not say until when it holds")}");
        var revoked = leaves.Where(one => list.Serials.Contains(one.Certificate.SerialNumber.ToLowerInvariant())).ToList();
        return seen.With("revoked", Value.Texts(revoked.Take(MostNamed).Select(one => one.Where))).With("revoked_count", revoked.Count);
    }

    static Value.Fields JobAge(Value.Fields seen, string job, ProbeContext context)
    {
        var file = new FileInfo(FolderWall.Within(context.Folder, job, context.MayLeaveFolder));
        return file.Exists ? seen.With("job_age", Math.Max(0, (context.Clock.GetUtcNow() - file.LastWriteTimeUtc).TotalSeconds)) : throw new Unseen(Blind.Unreadable, $"the job that watches certificates has left no {job}");
    }

    static List<string> Names(Found one)
    {
        if (one.Certificate.Extensions["2.5.29.17"] is not { } raw) return [];
        try
        {
            var names = new X509SubjectAlternativeNameExtension(raw.RawData);
            return [.. names.EnumerateDnsNames(), .. names.EnumerateIPAddresses().Select(address => address.ToString()), .. Uris(one)];
        }
        catch (CryptographicException) { return []; } // Not a list of names, then it names nothing.
    }

    /// <summary>The URIs among the alternative names (RFC 5280, 4.2.1.6, tag 6), which the platform does not list.</summary>
    static IEnumerable<string> Uris(Found one)
    {
        var uris = new List<string>();
        if (one.Certificate.Extensions["2.5.29.17"] is not { } raw) return uris;
        try
        {
            for (var names = new System.Formats.Asn1.AsnReader(raw.RawData, System.Formats.Asn1.AsnEncodingRules.DER).ReadSequence(); names.HasData;)
                if (names.PeekTag() is { TagClass: System.Formats.Asn1.TagClass.ContextSpecific, TagValue: 6 } tag) uris.Add(names.ReadCharacterString(System.Formats.Asn1.UniversalTagNumber.IA5String, tag));
                else names.ReadEncodedValue();
        }
        catch (System.Formats.Asn1.AsnContentException) { return uris; } // What can be read before the damage is named.
        return uris;
    }

    static bool IsWeak(Found one)
    {
        using var rsa = one.Certificate.GetRSAPublicKey();
        return rsa?.KeySize < 2048 || one.Certificate.SignatureAlgorithm.FriendlyName is { } name && (name.Contains("sha1", StringComparison.OrdinalIgnoreCase) || name.Contains("md5", StringComparison.OrdinalIgnoreCase));
    }
}
