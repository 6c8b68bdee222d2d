using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

static class CredentialRotationKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "credential.rotation",
        Says = "Logs in with the new credential and with the old one, everywhere that they are taken: the new one must be let in, and the old one, which is known to have worked, refused.",
        Target = TargetShape.Url,
        Hazard = Hazard.Active,
        LooksBack = true,
        Parameters =
        [
            new("protocol", Shape.Text, "What is spoken; else the target's scheme says it, as for credentials.default_login. jwt is for a key that signs tokens: with each key one is signed (HS256) and shown to an http or https target.")
                { OneOf = ["postgres", "redis", "nats", "amqp", "http", "rabbitmq_management", "jwt"] },
            new("user", Shape.Text, "Whose credential it is, mostly from the target."),
            new("password", Shape.Text, "The new one; only under targets."),
            new("was", Shape.Text, "The old one; only under targets."),
            new("claims", Shape.Map, "For jwt: the claims of the tokens that are signed; iat and exp are added."),
            new("replicas", Shape.List, "The URL of each further place that takes the credential: replicas, poolers, the second region."),
            new("rotate", Shape.Any, "The command that changes the credential, [program, argument], or { signal: HUP, pid_file: path }. Without it one looks afterwards, and the look before this one must have seen the old credential at work.") { Hazard = Hazard.Destructive },
            new("wait", Shape.Duration, "Under \"rotate\": how long it may take until it is so everywhere.") { Default = 10 },
            new("pace", Shape.Duration, "The pause between two rounds of logins.") { Default = 0.5 },
            new("fingerprint_key", Shape.Text, "The key of the fingerprints, at least 16 characters, the same at each look; only under targets. Without it nothing can be compared with a look before."),
            new("get", Shape.Text, "For HTTP: the path beneath the target, one that answers 401 to strangers."),
            new("sslmode", Shape.Text, "For PostgreSQL: disable, prefer or require; with trust the certificate is always verified.") { OneOf = ["disable", "prefer", "require", "verify-full"] },
            new("trust", Shape.Text, "A PEM file of the only trusted roots, relative to the document; else this machine's roots."),
        ],
        Fields =
        [
            new("complete", Shape.Truth, "The two differ, the new one is let in everywhere, and the old one nowhere."),
            new("changed", Shape.Truth, "Whether the new one is another than the old one."),
            new("known", Shape.Text, "How one knows that the old one worked: seen (it was let in before \"rotate\"), before (an earlier look recorded it at work), or not; then nothing is proven."),
            new("new_accepted", Shape.Truth, "Whether the new one is let in at every place."),
            new("old_refused", Shape.Truth, "Whether the old one is refused at every place, in three rounds one after another; a place that says neither yes nor no has not refused it."),
            new("still_takes_old", Shape.List, "Places that let the old one in."),
            new("refuses_new", Shape.List, "Places that do not let the new one in."),
            new("places", Shape.List, "All places that were tried."),
            new("time_to_refuse", Shape.Duration, "Under \"rotate\": from its beginning until the old one was refused and the new one let in everywhere."),
            new("old_sessions", Shape.Number, "Under \"rotate\", for PostgreSQL: sessions of that user that began before and live still; the server ends none by itself."),
            new("age", Shape.Duration, "How old the credential is at most: since the last look that saw another one at work. Not observed under \"rotate\": what the look itself changed says nothing of how long it was left before."),
            new("since", Shape.Instant, "The time from which that is counted; under \"rotate\" when it was changed, from which later looks count."),
            new("looked", Shape.Instant, "When this look was."),
            new("fingerprint", Shape.Text, "The keyed fingerprint of the new one; comparable from look to look, and nothing else."),
            new("old_fingerprint", Shape.Text, "That of the old one."),
            new("key", Shape.Text, "The fingerprint of the fingerprints' key: under another one nothing can be compared."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("complete", true)),
        Population = "places",
        Deadline = TimeSpan.FromMinutes(2),
        Pitfalls =
        [
            "A date that says \"rotated\" is somebody's word. Here it counts that the old one is refused, which is worth something only if it worked once: a word that was never a password is refused everywhere.",
            "The first look without \"rotate\" records what works now and is unproven; the look after the next change is the proof.",
            "A replica, a pooler with a user list of its own, or a cache of logins may take the old one still: name each under replicas.",
            "Sessions that are open are not ended by a new password: see old_sessions.",
            "A server that is down refuses nobody: without an admission of the new one nothing is observed.",
            "The old credential is tried until it is refused. Where a lockout counts failures, it may count these.",
        ],
        Example = "check: { credential.rotation: db, replicas: [ \"postgres://pooler.shop.test:6432/shop\" ], expect: { age: at most 90d } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, CredentialRotationProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        const string Key = "a key for fixtures", New = "the-new-password", Old = "the-old-password";
        var earlier = Value.Of(("looked", Instant.Write(TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(1))), ("key", SecretFingerprint.OfKey(Key)), ("new_accepted", true), ("fingerprint", SecretFingerprint.Of(Key, "mia", Old)));
        await using var first = Site(New);
        await using var stale = Site(New, Old);
        await using var second = Site(New);
        Task<Witnessed> Look(LoopbackSite other) => Stage.Look(new() { Release = default, Earlier = (_, _) => earlier }, Declaration,
            Value.Of(("target", Value.Of(("address", first.Address.AbsoluteUri), ("user", "mia"), ("password", New), ("was", Old), ("fingerprint_key", Key))), ("replicas", Value.Texts([other.Address.AbsoluteUri]))), [Stage.Is("old_refused", true, Shape.Truth), Stage.Is("new_accepted", true, Shape.Truth)], cancel);
        return new("credential.rotation", "a replica that still takes the old password, beside one that does not", await Look(stale), await Look(second));
    }

    static LoopbackSite Site(params string[] passwords)
    {
        string[] taken = [.. passwords.Select(password => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("mia:" + password)))];
        return LoopbackSite.Start().Route("/", request => taken.Contains(request.Headers.GetValueOrDefault("authorization")) ? new(200) : new SiteResponse(401).With("WWW-Authenticate", "Basic"));
    }
}
