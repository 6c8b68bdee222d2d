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
