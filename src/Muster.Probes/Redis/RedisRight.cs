using Muster.Readiness;

namespace Muster.Probes;

/// <summary>One thing that a user may or may not do: <c>publish notify.user.1</c>, <c>subscribe …</c>, <c>psubscribe …</c>, <c>monitor</c>, or any other command with its arguments.</summary>
sealed record RedisRight(string Says, string[] Words)
{
    const int MostWords = 64;
    static readonly string[] Listening = ["SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE"];

    /// <summary>What leaks every message or key to whoever may do it.</summary>
    public static readonly RedisRight[] Leaks = [Read("monitor"), Read("psubscribe *")];

    public static RedisRight Read(string text)
    {
        var words = text.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is 0 or > MostWords) throw Given.Wrong("may", $"has what is no command: {Bounded.Start(text, 60)}");
        var name = words[0].ToUpperInvariant();
        return new(string.Join(' ', [name.ToLowerInvariant(), .. words[1..]]), name is "PUBLISH" or "SPUBLISH" && words.Length == 2 ? [name, words[1], "muster"] : [name, .. words[1..]]);
    }

    /// <summary>
    /// Tried for real on a connection of its own, so that nothing is changed: a command is queued in a transaction that is thrown away, since rights are asked when it is queued;
    /// listening and MONITOR cannot be queued, and end with the connection. Null for a user who may not even begin a transaction, and so shows nothing.
    /// </summary>
    public async Task<(bool Allowed, string Reason)?> Try(RedisLink link, CancellationToken cancel)
    {
        if (Listening.Contains(Words[0]) || Words[0] == "MONITOR") return Told(await link.Say(cancel, Words));
        switch (await link.Say(cancel, "MULTI"))
        {
            case RedisReply.Error { Code: "NOPERM" }: return null;
            case RedisReply.Error shut: return Told(shut);
        }

        var told = Told(await link.Say(cancel, Words));
        await link.Say(cancel, "DISCARD");
        return told;
    }

    /// <summary>Done, not only tried.</summary>
    public async Task<(bool Allowed, string Reason)> Do(RedisLink link, CancellationToken cancel) => Told(await link.Say(cancel, Words));

    /// <summary>What the server's own rule says, asked by somebody who may ask; null where it cannot be asked (before Redis 7).</summary>
    public async Task<bool?> DryRun(RedisLink keeper, string user, CancellationToken cancel) => await keeper.Say(cancel, ["ACL", "DRYRUN", user, .. Words]) switch
    {
        RedisReply.Simple { Is: "OK" } => true,
        RedisReply.Bulk => false, // The refusal, in words.
        _ => null,
    };

    static (bool Allowed, string Reason) Told(RedisReply reply) => reply switch
    {
        RedisReply.Error { Code: "NOPERM" or "NOAUTH" } refused => (false, refused.Code),
        RedisReply.Error odd => throw new Unseen(Blind.BadQuestion, $"neither allowed nor refused: {Bounded.Start(odd.Says, 120)}"),
        _ => (true, ""),
    };
}
