using Muster.Readiness;

namespace Muster.Probes;

static class CertificateRotationKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "certificate.rotation",
        Says = "Sees the certificate of an endpoint replaced while connections go on, at every replica, by a newer one with another key; or sees a client's certificate revoked, and refused at the next handshake.",
        Target = TargetShape.HostAndPort,
        LooksBack = true,
        Parameters =
        [
            new("side", Shape.Text, "Whose certificate it is: the endpoint's own, or that of its clients.") { Default = "server", OneOf = ["server", "client"] },
            new("replicas", Shape.List, "The host:port of each further place that must be like the target."),
            new("rotate", Shape.Any, "The command that replaces the endpoint's certificate, [program, argument], or { signal: HUP, pid_file: path }. Without it, what is served is held against what the look before this one saw.") { Hazard = Hazard.Destructive },
            new("stored", Shape.Text, "The PEM file of the certificate that should be served, relative to the document."),
            new("allow_same_key", Shape.Truth, "Whether the new certificate may be of the old key.") { Default = false },
            new("certificate", Shape.Text, "For clients: the new certificate and its key, in PEM; only under targets."),
            new("was", Shape.Text, "For clients: the old one, which is let in until it is revoked; only under targets."),
            new("revoke", Shape.Any, "For clients: what revokes the old one, as \"rotate\" is written.") { Hazard = Hazard.Destructive },
            new("path", Shape.Text, "For clients: the path of an HTTP request that is answered with 2xx or 3xx to whoever is let in.") { Default = "/" },
            new("wait", Shape.Duration, "How long it may take until it is so everywhere.") { Default = 10 },
            new("sni", Shape.Text, "The name that is asked for; the host of each place unless said."),
            new("trust", Shape.Text, "A PEM file of the only trusted roots, relative to the document; else this machine's roots."),
        ],
        Fields =
        [
            new("complete", Shape.Truth, "Everything that the side asks for was seen: of the server rotated, same_everywhere, newer, serial_changed, key_changed unless allowed, trusted, renewed_in_time, no handshake that failed, and served_is_stored where a file is named; of clients old_refused and new_accepted."),
            new("rotated", Shape.Truth, "Whether every place serves another certificate than before."),
            new("stale", Shape.List, "Places that serve the old one still."),
            new("same_everywhere", Shape.Truth, "Whether all places serve the same."),
            new("serial_changed", Shape.Truth, "Whether its serial number is another."),
            new("newer", Shape.Truth, "Whether it begins or ends later than the old one, and neither earlier."),
            new("key_changed", Shape.Truth, "Whether its key is another."),
            new("trusted", Shape.Truth, "Whether it leads to a trusted root and names the host, at every place."),
            new("renewed_in_time", Shape.Truth, "Whether it took the old one's place before that one had ended: seen at once under \"rotate\"; else by the first look that saw the new one, and not observed where the old one ended between two looks."),
            new("served_is_stored", Shape.Truth, "Under \"stored\": whether what is served is what lies in the file."),
            new("expires_in", Shape.Duration, "The time until the new one ends."),
            new("lifetime_left", Shape.Percentage, "The part of its life that it has left."),
            new("previous_left", Shape.Duration, "What the old one had left when it was replaced, or when the new one was first seen."),
            new("handshakes", Shape.Number, "Under \"rotate\": how many handshakes were made meanwhile."),
            new("failed_handshakes", Shape.Number, "Those that failed, or showed a certificate that is not trusted."),
            new("time_to_serve", Shape.Duration, "Under \"rotate\": until every place served the new one."),
            new("old_refused", Shape.Truth, "For clients: whether the old certificate is refused at every place."),
            new("new_accepted", Shape.Truth, "For clients: whether the new one is let in at every place."),
            new("still_takes_old", Shape.List, "For clients: places that let the old one in."),
            new("time_to_refuse", Shape.Duration, "For clients: from revoking until the last place refused it."),
            new("answers", Shape.Map, "For clients: what the old one came to at each place, in words."),
            new("places", Shape.List, "All places."),
            new("looked", Shape.Instant, "When this look was."),
            new("present", Shape.Map, "The certificate that is served."),
            new("previous", Shape.Map, "The one before it, as it was seen before \"rotate\" or by the last look that saw another."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("complete", true)),
        Population = "places",
        Deadline = TimeSpan.FromMinutes(2),
        Pitfalls =
        [
            "A certificate that lies renewed in a file or a Secret is not served before the server has read it: name the file under stored.",
            "Replicas and workers that were not told serve the old one on; name every replica.",
            "A renewal with the same key changes nothing for whoever stole that key.",
            "The first look without rotate records what is served and is unproven; the look after the next renewal is the proof.",
            "A list of revoked certificates is read when the server is told to; a handshake that was refused before anything was revoked shows nothing, so the old one must be let in first.",
            "An open connection outlives its certificate's revocation: only the next handshake is refused.",
        ],
        Example = "check: { certificate.rotation: shop.test:443, trust: ca.pem, rotate: [ ./renew-certificate ] }",
    };

    public static readonly ProbeKind Entry = new(Declaration, CertificateRotationProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        using var authority = LoopbackAuthority.Create();
        using var old = authority.Leaf(TimeProvider.System, TimeSpan.FromDays(50), TimeSpan.FromDays(10));
        using var renewed = authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(60));
        var folder = Directory.CreateTempSubdirectory("muster-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "ca.pem"), authority.PemOfRoot, cancel);
            var earlier = Value.Of(("present", ServedLeaf.Of(old, trusted: true).Seen), ("looked", Instant.Write(TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(2))));
            await using var first = LoopbackSite.Start(renewed);
            await using var stale = LoopbackSite.Start(old);
            await using var second = LoopbackSite.Start(renewed);
            Task<Witnessed> Look(LoopbackSite other) => Stage.Look(new() { Release = default, Folder = folder.FullName, Earlier = (_, _) => earlier }, Declaration,
                Value.Of(("target", $"127.0.0.1:{first.Port}"), ("replicas", Value.Texts([$"127.0.0.1:{other.Port}"])), ("trust", "ca.pem")), [Stage.Is("rotated", true, Shape.Truth), Stage.Is("same_everywhere", true, Shape.Truth)], cancel);
            return new("certificate.rotation", "a replica that serves the old certificate, beside one that serves the new", await Look(stale), await Look(second));
        }
        finally { folder.Delete(recursive: true); }
    }
}
