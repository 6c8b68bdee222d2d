using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A command of the application's, with what it must answer: <c>GET shop:version: 12</c>.</summary>
sealed record SmokeCommand(string Says, string[] Words, string Must)
{
    public static SmokeCommand[] Read(Given given) => given["smoke"] switch
    {
        null => [],
        Value.Fields { Count: > 0 and <= 50 } all => [.. all.Select(one => new SmokeCommand(one.Key, one.Key.Split(' ', StringSplitOptions.RemoveEmptyEntries), one.Value is Value.Text text ? text.Is : one.Value.ToString())).Select(one => one.Words.Length > 0 ? one : throw Given.Wrong("smoke", "has an empty command"))],
        _ => throw Given.Wrong("smoke", "is no map of commands with their answers, as { \"GET shop:version\": 12 }"),
    };

    /// <summary>What writes would change what is compared, and what else a server can be told is nobody's to tell it here.</summary>
    /// <exception cref="Unseen">By the server's own word it is no command that only reads.</exception>
    public async Task MustOnlyRead(RedisLink link, CancellationToken cancel)
    {
        // A command of commands says it of each: XINFO STREAM.
        string[] names = Words.Length > 1 ? [Words[0], $"{Words[0]}|{Words[1]}"] : [Words[0]];
        if (await link.Say(cancel, ["COMMAND", "INFO", .. names]) is RedisReply.List { Are: var known } && known.Any(one => one is RedisReply.List { Are: [_, _, RedisReply.List { Are: var flags }, ..] } && flags.Any(flag => flag.Text == "readonly"))) return;
        throw Given.Wrong("smoke", $"has {Words[0]}, which is no command that only reads");
    }

    /// <summary>Null if it answers as it must, else in words what it answers.</summary>
    public async Task<string?> Ask(RedisLink link, CancellationToken cancel) => await link.Say(cancel, Words) switch
    {
        RedisReply.Error refused => $"{Says}: {refused.Says}",
        RedisReply.Missing => $"{Says}: nothing is there",
        RedisReply.List list => list.Are.Length.ToString(System.Globalization.CultureInfo.InvariantCulture) == Must ? null : $"{Says}: {list.Are.Length} elements, and not {Must}",
        // What is answered may be anybody's data.
        var reply => reply.Text == Must ? null : $"{Says}: another answer than {Must}",
    };
}
