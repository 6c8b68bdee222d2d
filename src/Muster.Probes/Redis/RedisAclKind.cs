using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

static class RedisAclKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "redis.acl",
        Says = "Tries for real whether one user of Redis may do one thing, without doing it.",
        Target = TargetShape.Url,
        Parameters =
        [
            new("as", Shape.Text, "The user, one of the target's users: { users: { relay: $(env:RELAY_PASSWORD) } }; or nobody, who says no name at all.") { Required = true },
            new("publish", Shape.Text, "A channel to publish to."),
            new("subscribe", Shape.Text, "A channel to listen to."),
            new("psubscribe", Shape.Text, "A pattern of channels to listen to."),
            new("command", Shape.Text, "Any other command with its arguments: GET shop:basket:1, MONITOR, CONFIG GET dir."),
            new("live", Shape.Truth, "true does what cannot be tried without doing it, because the user may nothing else: a message is really published. Needs the environment's consent; without it ACL DRYRUN decides there.") { Hazard = Hazard.Active },
            .. RedisLink.Connection,
        ],
        Fields =
        [
            new("allowed", Shape.Truth, "Whether the user may."),
            new("reason", Shape.Text, "NOPERM or NOAUTH where it is refused; else empty."),
            new("by_rule", Shape.Truth, "What ACL DRYRUN says, asked as the target's own user; not observed where that one may not ask, or before Redis 7."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("allowed", true)),
        Population = "tries",
        Pitfalls =
        [
            "A refusal counts only beside a permission: show too that whoever must may, or a server that is switched off for everybody would hold.",
            "Rules of channels stop no MONITOR: whoever has it reads every message. Ask it too, or redis.acl_matrix, which always does.",
            "A pattern must stand in the rule as it is subscribed to: &notify.user.* admits psubscribe notify.user.* and refuses notify.user.1*.",
            "A user's rights say nothing of who has the password.",
        ],
        Example = "check: { redis.acl: bus, as: worker, publish: notify.user.1, expect: { allowed: false, reason: NOPERM } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, RedisAclProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var server = FakeRedis.Start();
        Task<Witnessed> Look(string user) => Stage.Look(Declaration, Value.Of(("target", Value.Of(("redis", server.Address), ("users", Value.Of(("relay", "relay-pass"), ("worker", "worker-pass"))))), ("as", user), ("publish", "notify")), cancel,
            Stage.Is("allowed", false, Shape.Truth), Stage.Is("reason", "NOPERM", Shape.Text));
        return new("redis.acl", "a user that may publish and must not, beside one that is refused", await Look("relay"), await Look("worker"));
    }
}

static class RedisAclProbe
{
    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var user = given.Text("as") ?? throw Given.Wrong("as", "is missing");
        string[] said = [.. ((string[])["publish", "subscribe", "psubscribe"]).Where(name => given.Text(name) is not null).Select(name => $"{name} {given.Text(name)}"), .. given.Text("command") is { } command ? [command] : Array.Empty<string>()];
        if (said is not [var one]) throw Given.Wrong("command", "must stand alone: exactly one of publish, subscribe, psubscribe and command says what is tried");
        var right = RedisRight.Read(one);
        var users = RedisUsers.Read(given, context);
        var (_, before) = await RedisUsers.Server(given, context, cancel);
        var (allowed, reason, identity) = await users.Try(user, right, cancel);
        var seen = Value.Of(("allowed", allowed), ("reason", reason));
        if (await users.ByRule(user, right, cancel) is { } rule) seen = seen.With("by_rule", rule);
        var (_, after) = await RedisUsers.Server(given, context, cancel);
        return new() { Observation = seen, Population = 1, Before = before ?? identity, After = after ?? identity };
    }
}
