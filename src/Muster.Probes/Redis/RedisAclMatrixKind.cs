using Muster.Readiness;

namespace Muster.Probes;

static class RedisAclMatrixKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "redis.acl_matrix",
        Says = "Tries everything that anybody may do as everybody: what the list allows must be allowed, and all else refused.",
        Target = TargetShape.Url,
        Parameters =
        [
            new("may", Shape.Map, "For each user what it may: { relay: [ publish notify.user.1 ], hub: [ subscribe notify.user.1, psubscribe notify.user.* ] }. Users of the target that are left out may nothing of it.") { Required = true },
            new("live", Shape.Truth, "true does what cannot be tried without doing it, because the user may nothing else: a message is really published. Needs the environment's consent; without it ACL DRYRUN decides there.") { Hazard = Hazard.Active },
            .. RedisLink.Connection,
        ],
        Fields =
        [
            new("cells", Shape.Number, "What was tried: users, nobody included, times things."),
            new("allowed", Shape.Number, "Cells that are allowed."),
            new("refused", Shape.Number, "Cells that are refused."),
            new("wrongly_allowed", Shape.List, "Cells that are allowed and must not be, as \"worker: publish notify.user.1\"; MONITOR and psubscribe * are always among what is tried."),
            new("wrongly_refused", Shape.List, "Cells that are refused and must be allowed."),
            new("wrong", Shape.Number, "How many there are of both."),
            new("against_rule", Shape.List, "Cells in which ACL DRYRUN says otherwise than the try."),
            new("users", Shape.List, "Who was tried."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("wrong", 0), ("allowed", "at least 1"), ("refused", "at least 1")),
        Population = "cells",
        Deadline = TimeSpan.FromSeconds(30),
        Pitfalls =
        [
            "Only users whose password the target names are tried, and nobody. Users that exist beside them are not seen: name them all.",
            "Rules of channels stop no MONITOR; it is tried for everybody and must be refused unless the list allows it.",
            "Keys and commands that stand nowhere in the list are not tried.",
        ],
        Example = "check: { redis.acl_matrix: bus, may: { relay: [ publish notify.user.1 ], hub: [ psubscribe notify.user.* ] } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, RedisAclMatrixProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var server = FakeRedis.Start();
        var target = Value.Of(("redis", server.Address), ("users", Value.Of(("relay", "relay-pass"), ("worker", "worker-pass"))));
        Task<Witnessed> Look(string who) => Stage.Look(Declaration, Value.Of(("target", target), ("may", Value.Of((who, Value.Texts(["publish notify"]))))), cancel, Stage.Is("wrong", 0, Shape.Number));
        return new("redis.acl_matrix", "a list by which the worker may publish and the relay may not, which is the wrong way round, beside the right one", await Look("worker"), await Look("relay"));
    }
}

static class RedisAclMatrixProbe
{
    const int MostCells = 500;

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var users = RedisUsers.Read(given, context);
        if (given["may"] is not Value.Fields may) throw Given.Wrong("may", "is not a map of users");
        if (may.Select(user => user.Key).FirstOrDefault(user => user != RedisUsers.Nobody && !users.Names.Contains(user)) is { } stranger) throw Given.Wrong("may", $"names \"{stranger}\", and the target has no such user; it has {string.Join(", ", users.Names)}");
        var rights = may.ToDictionary(user => user.Key, user => user.Value switch { Value.Items items => items.Are.Select(one => RedisRight.Read(one.Text() ?? "").Says).ToHashSet(StringComparer.Ordinal), Value.Text text => [RedisRight.Read(text.Is).Says], _ => [] }, StringComparer.Ordinal);
        var things = rights.Values.SelectMany(one => one).Distinct().Select(RedisRight.Read).Concat(RedisRight.Leaks).DistinctBy(right => right.Says).OrderBy(right => right.Says, StringComparer.Ordinal).ToList();
        string[] everybody = [.. users.Names, RedisUsers.Nobody];
        if (everybody.Length * things.Count > MostCells) throw Given.Wrong("may", $"comes to more than {MostCells} cells");
        var (_, before) = await RedisUsers.Server(given, context, cancel);
        var (allowed, wrongly, refused, rule) = (0, new List<string>(), new List<string>(), new List<string>());
        Value? identity = null;
        foreach (var user in everybody)
            foreach (var thing in things)
            {
                var (may1, _, who) = await users.Try(user, thing, cancel);
                identity = who;
                if (may1) allowed++;
                var must = rights.GetValueOrDefault(user)?.Contains(thing.Says) == true;
                if (may1 && !must) wrongly.Add($"{user}: {thing.Says}");
                if (!may1 && must) refused.Add($"{user}: {thing.Says}");
                if (await users.ByRule(user, thing, cancel) is { } said && said != may1) rule.Add($"{user}: {thing.Says}");
            }

        var (_, after) = await RedisUsers.Server(given, context, cancel);
        var cells = everybody.Length * things.Count;
        return new()
        {
            Observation = Value.Of(("cells", cells), ("allowed", allowed), ("refused", cells - allowed), ("wrongly_allowed", Value.Texts(wrongly)), ("wrongly_refused", Value.Texts(refused)), ("wrong", wrongly.Count + refused.Count),
                ("against_rule", Value.Texts(rule)), ("users", Value.Texts(everybody))),
            Population = cells, Before = before ?? identity, After = after ?? identity,
        };
    }
}
