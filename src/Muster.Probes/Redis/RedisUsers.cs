using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The users that the target names with their passwords, and nobody.</summary>
sealed class RedisUsers
{
    public const string Nobody = "nobody";
    readonly Given _given;
    readonly ProbeContext _context;
    readonly Dictionary<string, string> _passwords;

    RedisUsers(Given given, ProbeContext context, Dictionary<string, string> passwords) => (_given, _context, _passwords) = (given, context, passwords);

    public IEnumerable<string> Names => _passwords.Keys.Order(StringComparer.Ordinal);

    public static RedisUsers Read(Given given, ProbeContext context)
    {
        var passwords = given.Pairs("users").ToDictionary(user => user.Name, user => user.Text, StringComparer.Ordinal);
        foreach (var password in passwords.Values) context.Hide(password);
        return new(given, context, passwords);
    }

    /// <summary>The server by its run id, where the target's own user may ask for it: its version and that id.</summary>
    public static async Task<(string? Version, Value? Identity)> Server(Given given, ProbeContext context, CancellationToken cancel)
    {
        await using var link = await RedisLink.OpenAsTold(given, context, cancel);
        if (await link.Say(cancel, "INFO", "server") is not RedisReply.Bulk told) return (null, null);
        var info = RedisInfo.Read(told.Is);
        return (info.GetValueOrDefault("redis_version"), link.Identity.With("run_id", info.GetValueOrDefault("run_id") ?? ""));
    }

    /// <summary>Tries; where the user shows nothing by trying, the server's rule is asked, or it is done if the question says so.</summary>
    public async Task<(bool Allowed, string Reason, Value Identity)> Try(string user, RedisRight right, CancellationToken cancel)
    {
        await using var link = await RedisLink.Open(_given, _context, cancel);
        if (user != Nobody)
        {
            if (!_passwords.TryGetValue(user, out var password)) throw Given.Wrong("as", $"names \"{user}\", and the target has no such user; it has {string.Join(", ", Names)}");
            // A user that cannot enter is refused everything, and shows nothing of its rights.
            if (await link.Enter(user, password, cancel) is { } refused) throw new Unseen(Blind.NotAdmitted, $"the user {user} is not admitted: {refused.Code}");
        }

        if (await right.Try(link, cancel) is not var (allowed, reason))
        {
            if (_given.Truth("live", false)) (allowed, reason) = await right.Do(link, cancel);
            else if (await ByRule(user, right, cancel) is { } rule) (allowed, reason) = (rule, rule ? "" : "NOPERM");
            else throw new Unseen(Blind.NotCapable, $"the user {user} may not queue a command to try it; give the target a user and password that may ask ACL DRYRUN (Redis 7), or say live: true so that it is done");
        }

        return (allowed, reason, link.Identity);
    }

    /// <summary>What the server's rule says; null where nobody may ask.</summary>
    public async Task<bool?> ByRule(string user, RedisRight right, CancellationToken cancel)
    {
        if (RedisLink.Credentials(_given, _context).Password is null || user == Nobody) return null;
        await using var keeper = await RedisLink.OpenAsTold(_given, _context, cancel);
        return await right.DryRun(keeper, user, cancel);
    }
}

/// <summary>The lines of INFO by name.</summary>
static class RedisInfo
{
    public static Dictionary<string, string> Read(string text)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
            if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var at && line[0] != '#') all[line[..at]] = line[(at + 1)..].Trim();
        return all;
    }
}
