using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A list of the exercise's own: a hash could not show that something was replayed twice.</summary>
sealed class RedisKeeper(Given given, ProbeContext context) : Keeper
{
    readonly string _key = "muster:crash:" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));

    public override string Name => "redis";

    public override string Place => $"the list {_key}";

    Task<RedisLink> Link(CancellationToken cancel) => RedisLink.OpenAsTold(given, context, cancel);

    public override async Task Begin(CancellationToken cancel)
    {
        await using var link = await Link(cancel);
        Said(await link.Say(cancel, "DEL", _key), "DEL");
    }

    public override Task End(CancellationToken cancel) => Begin(cancel);

    public override async Task<Writer> Open(CancellationToken cancel) => new Pushes(await Link(cancel), _key);

    public override async Task<IReadOnlyList<Kept>> Read(CancellationToken cancel)
    {
        await using var link = await Link(cancel);
        return Said(await link.Say(cancel, "LRANGE", _key, "0", "-1"), "LRANGE") is RedisReply.List all
            ? [.. all.Are.Select(item => (item.Text ?? "").Split(' ', 2)).Select(pair => new Kept(pair[0], pair.Length == 2 ? pair[1] : null))]
            : throw new Unseen(Blind.Unreadable, "LRANGE is answered by what is no list");
    }

    public override async Task<bool> IsReady(CancellationToken cancel)
    {
        await using var link = await Link(cancel);
        return await link.Say(cancel, "PING") is RedisReply.Simple { Is: "PONG" };
    }

    /// <summary>A Redis has no name of its own: the address, and where it keeps its files if it tells.</summary>
    public override async Task<Value> Identity(CancellationToken cancel)
    {
        await using var link = await Link(cancel);
        return link.Identity.With("folder", await Setting(link, "dir", cancel) is { } folder ? folder : (Value?)null);
    }

    public override async Task<string?> Profile(CancellationToken cancel)
    {
        await using var link = await Link(cancel);
        return await Setting(link, "appendonly", cancel) switch
        {
            null => null,
            "yes" => $"appendonly yes, appendfsync {await Setting(link, "appendfsync", cancel)}",
            _ => await Setting(link, "save", cancel) is { Length: > 0 } save ? $"appendonly no, save {save}" : "appendonly no, no snapshots",
        };
    }

    public override async Task<Value?> Answer(Value query, string parameter, CancellationToken cancel)
    {
        var command = (query as Value.Fields)?["command"] is Value.Items { Are: [_, ..] words } ? words : throw Given.Wrong(parameter, "needs \"command\" for this store, as [ GET, key ]");
        await using var link = await Link(cancel);
        return Shown(await link.Say(cancel, [.. command.Select(word => word is Value.Text text ? text.Is : word.ToString())]));
    }

    static Value? Shown(RedisReply reply) => reply switch
    {
        RedisReply.Error or RedisReply.Missing => null,
        RedisReply.Integer number => number.Is,
        RedisReply.List list => Value.List(list.Are.Select(item => Shown(item) ?? Value.Null)),
        _ => reply.Text,
    };

    static async Task<string?> Setting(RedisLink link, string name, CancellationToken cancel) => await link.Say(cancel, "CONFIG", "GET", name) is RedisReply.List { Are: [_, { Text: { } text }] } ? text : null;

    static RedisReply Said(RedisReply reply, string command) => reply is RedisReply.Error refused ? throw new Unseen(refused.Code is "NOPERM" or "NOAUTH" ? Blind.NotAdmitted : Blind.Unreadable, $"{command} is refused: {Bounded.Start(refused.Says, 200)}") : reply;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    sealed class Pushes(RedisLink link, string key) : Writer
    {
        public override async Task<bool> Write(string id, string digest, CancellationToken cancel) => await link.Say(cancel, "RPUSH", key, $"{id} {digest}") is RedisReply.Integer;

        public override ValueTask DisposeAsync() => link.DisposeAsync();
    }
}
