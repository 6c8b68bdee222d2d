using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

static class RedisConfigKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "redis.config",
        Says = "Shows how a Redis runs: whether it asks for a password, its bound of memory and what it does when full, what it keeps on disk, and its replicas.",
        Target = TargetShape.Url,
        Parameters = [.. RedisLink.Connection],
        Fields =
        [
            new("auth_required", Shape.Truth, "Whether a stranger's PING is refused, tried for real."),
            new("version", Shape.Text, "The version that it says it is."),
            new("role", Shape.Text, "master or slave, in the server's own words."),
            new("memory_limit", Shape.Size, "maxmemory; 0 is none."),
            new("memory_used", Shape.Size, "What it uses now."),
            new("memory_share", Shape.Percentage, "What it uses of its limit; not observed without one."),
            new("eviction", Shape.Text, "maxmemory-policy: noeviction, allkeys-lru, …"),
            new("evicted_keys", Shape.Number, "Keys that it threw away for lack of room since it was started."),
            new("append_only", Shape.Truth, "Whether every write goes to the append-only file."),
            new("snapshots", Shape.Text, "The save line; empty when none is taken. Not observed where CONFIG is refused."),
            new("saved_well", Shape.Truth, "Whether the last snapshot, and the last write of the append-only file, succeeded."),
            new("replicas", Shape.Number, "Replicas that are online."),
            new("replica_list", Shape.List, "Each replica with its address, state and lag."),
            new("replica_lag", Shape.Duration, "The greatest lag of them; not observed without a replica, or where one does not tell."),
            new("link_up", Shape.Truth, "Of a replica: whether its link to the primary stands."),
            new("link_silent", Shape.Duration, "Of a replica: how long the primary has said nothing."),
            new("protected_mode", Shape.Truth, "Not observed where CONFIG is refused."),
            new("plain_port", Shape.Number, "The port without TLS; 0 is none. Not observed where CONFIG is refused."),
            new("tls_port", Shape.Number, "The port with TLS; 0 is none. Not observed where CONFIG is refused."),
            new("default_user_open", Shape.Truth, "Whether the user \"default\" is on and needs no password; not observed where ACL is refused."),
            new("uptime", Shape.Duration, "How long it runs."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("auth_required", true), ("saved_well", true)),
        Population = "answers",
        Pitfalls =
        [
            "A hosted Redis refuses CONFIG; what INFO tells is seen all the same, and what only CONFIG tells is not observed.",
            "auth_required is tried from where Muster runs: a server in protected mode refuses strangers from elsewhere, and lets this machine in.",
            "noeviction without room fails writes; an eviction policy throws keys away. Neither is right for both a queue and a cache: say which one this is.",
            "A replica that is online may lag; expect replica_lag too.",
        ],
        Example = "check: { redis.config: cache, expect: { memory_limit: over 0, eviction: allkeys-lru, replicas: at least 1 } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, RedisConfigProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var sick = FakeRedis.Start(closed: false);
        await using var well = FakeRedis.Start();
        Task<Witnessed> Look(FakeRedis server) => Stage.Look(Declaration, Value.Of(("target", Value.Of(("redis", server.Address), ("user", "relay"), ("password", "relay-pass")))), cancel, Stage.Is("auth_required", true, Shape.Truth));
        return new("redis.config", "a server that answers a stranger, beside one that asks for a password", await Look(sick), await Look(well));
    }
}

static class RedisConfigProbe
{
    const int MostReplicas = 50;

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var refused = await StrangerRefused(given, context, cancel);
        var (_, before) = await RedisUsers.Server(given, context, cancel);
        await using var link = await RedisLink.OpenAsTold(given, context, cancel);
        if (await link.Say(cancel, "INFO") is not RedisReply.Bulk told) throw new Unseen(Blind.NotAdmitted, "INFO is refused; give the target a user that may ask for it");
        var info = RedisInfo.Read(told.Is);
        var config = await Config(link, cancel);
        var seen = Seen(info, config).With("auth_required", refused);
        if (await link.Say(cancel, "ACL", "GETUSER", "default") is RedisReply.List user) seen = seen.With("default_user_open", RedisInfo.Flags(user).ToHashSet(StringComparer.Ordinal).IsSupersetOf(["on", "nopass"]));
        var (_, after) = await RedisUsers.Server(given, context, cancel);
        return new() { Observation = seen, Population = info.Count, Before = before, After = after };
    }

    static async Task<bool> StrangerRefused(Given given, ProbeContext context, CancellationToken cancel)
    {
        await using var stranger = await RedisLink.Open(given, context, cancel);
        return await stranger.Say(cancel, "PING") switch
        {
            RedisReply.Error { Code: "NOAUTH" or "DENIED" } => true,
            RedisReply.Simple { Is: "PONG" } => false,
            var odd => throw new Unseen(Blind.Unreadable, $"PING is answered by what is neither PONG nor a refusal: {Bounded.Start(odd.ToString(), 100)}"),
        };
    }

    static async Task<Dictionary<string, string>> Config(RedisLink link, CancellationToken cancel)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in (string[])["maxmemory", "maxmemory-policy", "save", "appendonly", "protected-mode", "port", "tls-port"])
            if (await link.Say(cancel, "CONFIG", "GET", name) is RedisReply.List { Are: [{ Text: { } key }, { Text: { } value }] }) all[key] = value;
        return all;
    }

    static Value.Fields Seen(Dictionary<string, string> info, Dictionary<string, string> config)
    {
        var seen = Value.Fields.Empty;
        void Add(string name, Value? value) => seen = seen.With(name, value);
        double? Number(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
        Value? Of(double? number) => number is { } is1 ? is1 : null;
        Value? Said(string? text) => text is null ? null : (Value)text;
        var (limit, used) = (Number(info.GetValueOrDefault("maxmemory") ?? config.GetValueOrDefault("maxmemory")), Number(info.GetValueOrDefault("used_memory")));
        Add("version", Said(info.GetValueOrDefault("redis_version")));
        Add("role", Said(info.GetValueOrDefault("role")));
        Add("memory_limit", Of(limit));
        Add("memory_used", Of(used));
        if (limit > 0 && used is not null) Add("memory_share", Math.Round(used.Value / limit.Value, 4));
        Add("eviction", Said(info.GetValueOrDefault("maxmemory_policy") ?? config.GetValueOrDefault("maxmemory-policy")));
        Add("evicted_keys", Of(Number(info.GetValueOrDefault("evicted_keys"))));
        Add("append_only", info.GetValueOrDefault("aof_enabled") is { } aof ? aof == "1" : null);
        Add("snapshots", Said(config.GetValueOrDefault("save")));
        Add("saved_well", info.GetValueOrDefault("rdb_last_bgsave_status") is { } saved ? saved == "ok" && info.GetValueOrDefault("aof_last_write_status") is null or "ok" : null);
        Add("protected_mode", config.GetValueOrDefault("protected-mode") is { } mode ? mode == "yes" : null);
        Add("plain_port", Of(Number(config.GetValueOrDefault("port"))));
        Add("tls_port", Of(Number(config.GetValueOrDefault("tls-port"))));
        Add("uptime", Of(Number(info.GetValueOrDefault("uptime_in_seconds"))));
        if (info.GetValueOrDefault("master_link_status") is { } link) Add("link_up", link == "up");
        if (info.GetValueOrDefault("role") == "slave") Add("link_silent", Number(info.GetValueOrDefault("master_last_io_seconds_ago")) is >= 0 and var silent ? silent : null);
        var replicas = info.Where(line => line.Key.StartsWith("slave", StringComparison.Ordinal) && line.Key[5..].All(char.IsAsciiDigit) && line.Value.Contains("state=", StringComparison.Ordinal)).Select(line => Replica(line.Value)).ToList();
        if (info.ContainsKey("connected_slaves")) Add("replicas", replicas.Count(replica => replica.State == "online"));
        Add("replica_list", Value.List(replicas.Take(MostReplicas).Select(replica => (Value)Value.Of(("address", replica.Address), ("state", replica.State)).With("lag", Of(replica.Lag)))));
        if (replicas.Count > 0 && replicas.All(replica => replica.Lag is not null)) Add("replica_lag", replicas.Max(replica => replica.Lag!.Value));
        return seen;
    }

    /// <summary><c>ip=127.0.0.1,port=6380,state=online,offset=14,lag=0</c></summary>
    static (string Address, string State, double? Lag) Replica(string line)
    {
        var parts = line.Split(',').Select(part => part.Split('=', 2)).Where(part => part.Length == 2).GroupBy(part => part[0], StringComparer.Ordinal).ToDictionary(part => part.Key, part => part.First()[1], StringComparer.Ordinal);
        return ($"{parts.GetValueOrDefault("ip")}:{parts.GetValueOrDefault("port")}", parts.GetValueOrDefault("state") ?? "", double.TryParse(parts.GetValueOrDefault("lag"), NumberStyles.Float, CultureInfo.InvariantCulture, out var lag) ? lag : null);
    }
}
