using Muster.Readiness;

namespace Muster.Probes;

static class DefaultLoginKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "credentials.default_login",
        Says = "Tries to log in with nothing, with a password made up on the spot, and with the passwords that products ship with; each must be refused.",
        Target = TargetShape.Url,
        Hazard = Hazard.Active,
        Parameters =
        [
            new("protocol", Shape.Text, "What is spoken; else the target's scheme says it: postgres://, redis://, rediss://, nats://, tls:// (NATS over TLS), amqp://, amqps://, http:// and https:// for basic authentication. rabbitmq_management asks /api/whoami beneath an http or https target.")
                { OneOf = ["postgres", "redis", "nats", "amqp", "http", "rabbitmq_management"] },
            new("try", Shape.List, "Logins to try beside the known ones, as user:password or { user: …, password: … }; without a user it is a token or the password of whoever is meant without one. The only place in a document where a password may stand as it is: one that was shipped, and is public."),
            new("defaults", Shape.Truth, "Whether the few logins are tried that manuals and images of the protocol ship with.") { Default = true },
            new("get", Shape.Text, "For HTTP: the path beneath the target, one that answers 401 to strangers."),
            new("per_user", Shape.Number, "The most attempts for one user, the made-up password included, so that no lockout is set off. More than that is an error, and never left out.") { Default = 4 },
            new("pace", Shape.Duration, "The pause between two attempts.") { Default = 0.2 },
            new("user", Shape.Text, "With password, mostly from the target: a login that must be admitted, after the others, to show that the door opens at all. No session is kept, nothing is asked there."),
            new("password", Shape.Text, "The password of that login; only under targets."),
            new("sslmode", Shape.Text, "For PostgreSQL: disable, prefer or require; with trust the certificate is always verified.") { OneOf = ["disable", "prefer", "require", "verify-full"] },
            new("trust", Shape.Text, "A PEM file of the only trusted roots, relative to the document; else this machine's roots."),
        ],
        Fields =
        [
            new("protocol", Shape.Text, "What was spoken."),
            new("attempts", Shape.Number, "How many logins were tried, each once."),
            new("refused", Shape.Number, "Attempts that were refused for the login's sake, in the protocol's own words for it."),
            new("accepted", Shape.Number, "Attempts that were let in."),
            new("unclear", Shape.Number, "Attempts that ended in neither. Without an accepted one beside them nothing is observed at all."),
            new("open_to_anybody", Shape.Truth, "Whether nothing, or a password that nobody knows, was let in: trust in place of authentication. No further attempt is made then."),
            new("accepted_users", Shape.List, "Whose names were let in, without their passwords; nobody is who said nothing."),
            new("tried_users", Shape.List, "Whose names were tried."),
            new("own_login", Shape.Truth, "Whether the target's own login was admitted; not observed without one."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("accepted", 0), ("unclear", 0), ("open_to_anybody", false), ("refused", "at least 1")),
        Population = "attempts",
        Deadline = TimeSpan.FromSeconds(30),
        Pitfalls =
        [
            "A door that is shut for everybody refuses every password: give the target a user and password of its own, and it is shown that whoever should gets in.",
            "Rules may differ by address, database and TLS: ask from where people connect, and the database that they use. PostgreSQL's refusal of a whole address is unproven here, since no password was looked at.",
            "RabbitMQ admits guest from its own machine alone, unless it is told otherwise; from elsewhere it is refused whatever its password is.",
            "Over HTTP only 401 is a refusal and only a status from 200 to 299 an admission. A login page, a redirect to one, 403, or a 401 that asks for no basic authentication and admits no login of the target's own is unproven.",
            "Products whose defaults are not among the few known ones are said under try, and so is a password that once stood in a document of your own.",
        ],
        Example = "check: { credentials.default_login: db, try: [ shop:shop ] }",
    };

    public static readonly ProbeKind Entry = new(Declaration, DefaultLoginProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var server = FakeRedis.Start();
        Task<Witnessed> Look(string login) => Stage.Look(Declaration, Value.Of(("target", server.Address), ("try", Value.Texts([login])), ("defaults", false), ("pace", 0)), cancel, Stage.Is("accepted", 0, Shape.Number));
        return new("credentials.default_login", "a user whose password is its name with something after it, which is among what is tried, beside one whose password is not", await Look("relay:relay-pass"), await Look("relay:relay"));
    }
}
