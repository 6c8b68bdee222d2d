using System.Globalization;
using System.Net;

namespace Muster.EdgePlatform;

/// <summary>What can be wrong with a replica, each of which some check must see.</summary>
enum Flaw
{
    /// <summary>Readiness answers 200 without looking.</summary>
    ReadinessStatic,

    /// <summary>Readiness says 207 where it should say 503, which many balancers take for well.</summary>
    Readiness207,

    /// <summary>Readiness turns and does not say because of what.</summary>
    NamesNothing,

    /// <summary>Readiness and the detailed page blame every dependency at once.</summary>
    NamesAll,

    /// <summary>A request that needs what is lost is answered as if nothing were.</summary>
    AnswersAnyway,

    /// <summary>Liveness asks the dependencies too, so that losing one restarts everything.</summary>
    LivenessLooks,

    /// <summary>The detailed page shows what is down and still calls the whole well.</summary>
    NeverDegraded,

    /// <summary>Once a dependency was lost the replica stays unready when it is back.</summary>
    NeverRecovers,

    /// <summary>SIGTERM ends it at once.</summary>
    ExitsAtOnce,

    /// <summary>SIGTERM closes every socket at once, with a proper code.</summary>
    ClosesAtOnce,

    /// <summary>The end of the window cuts the sockets off without a close frame.</summary>
    CutsSockets,

    /// <summary>New sockets are taken while it drains.</summary>
    KeepsTaking,

    /// <summary>It drains without ever saying so on the readiness page.</summary>
    StaysReady,

    /// <summary>Nothing ends at the end of the window.</summary>
    NeverEnds,

    /// <summary>Every tenth message gets no answer.</summary>
    LosesMessages,

    /// <summary>Every tenth message is answered twice.</summary>
    DoublesMessages,

    /// <summary>Any session is taken, whoever owns it.</summary>
    TakesAnySession,

    /// <summary>A session that comes back is begun anew.</summary>
    ForgetsSessions,

    /// <summary>What is under way at the end is given up.</summary>
    DropsRequests,

    /// <summary>In production it starts without networks that the node probe may reach.</summary>
    StartsWithoutNetworks,

    /// <summary>The node probe fetches from anywhere.</summary>
    ProbeFetchesAnything,

    /// <summary>The node probe looks for forbidden texts in place of addresses.</summary>
    ProbeLooksForTexts,

    /// <summary>The node probe does not look where a redirect leads.</summary>
    ProbeFollowsBlindly,

    /// <summary>The node probe resolves a name once to look at it and once more to dial it.</summary>
    ProbeResolvesTwice,

    /// <summary>Administrators' tokens are verified by their signature alone.</summary>
    AdminIsOffline,

    /// <summary>Administrators are let in while the list of revoked tokens cannot be read.</summary>
    AdminOpensWithoutList,

    /// <summary>Administrators' sockets that are open are kept.</summary>
    AdminKeepsSockets,

    /// <summary>Revoking one token shuts out everybody.</summary>
    AdminRevokesAll,

    /// <summary>One path of the administrators is not held against the list.</summary>
    AdminForgetsAPath,

    /// <summary>Requests that write are not held against the list.</summary>
    AdminForgetsWrites,
}

sealed record Dependency(string Name, DnsEndPoint At);

sealed record Settings(int Port, string Name)
{
    public List<Dependency> Dependencies { get; } = [];

    public DnsEndPoint? Sessions { get; private set; }

    /// <summary>How long it takes connections still after it has said that it will not.</summary>
    public TimeSpan Linger { get; private set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long open sockets may go on.</summary>
    public TimeSpan Window { get; private set; } = TimeSpan.FromSeconds(2);

    public string? PidFile { get; private set; }

    /// <summary>Where the node probe may fetch from: NODE_PROBE_ALLOWED_CIDRS, or the word; none unless said.</summary>
    public IReadOnlyList<IPNetwork> Networks { get; private set; } = NodeProbe.Networks(Environment.GetEnvironmentVariable("NODE_PROBE_ALLOWED_CIDRS") ?? "") ?? [];

    /// <summary>Whom the node probe asks for names; without one it knows none.</summary>
    public DnsEndPoint? NameServer { get; private set; }

    /// <summary>Signs and verifies administrators' tokens.</summary>
    public byte[]? TokenKey { get; private set; }

    /// <summary>Whoever bears it makes tokens and revokes them.</summary>
    public string? RootToken { get; private set; }

    /// <summary>The cache that holds the ids of revoked tokens.</summary>
    public DnsEndPoint? RevokedList { get; private set; }

    public bool IsProduction { get; private set; }

    /// <summary>It only says whether it would start.</summary>
    public bool OnlyChecks { get; private set; }

    /// <summary>Why it does not start; null when it may.</summary>
    public string? Refusal => IsProduction && Networks.Count == 0 && !Flaws.Contains(Flaw.StartsWithoutNetworks) ? "NODE_PROBE_ALLOWED_CIDRS is not set, or names no network: in production the node probe needs the subnet of the nodes" : null;

    public HashSet<Flaw> Flaws { get; } = [];

    /// <summary>Null where the words are none that there are.</summary>
    public static Settings? Read(string[] words)
    {
        var settings = new Settings(0, "");
        for (var i = 0; i + 1 < words.Length; i += 2)
            if (settings.With(words[i], words[i + 1]) is { } next) settings = next;
            else return null;
        return words.Length % 2 == 0 && settings.Port > 0 && settings.Name.Length > 0 ? settings : null;
    }

    Settings? With(string word, string value)
    {
        switch (word)
        {
            case "--port" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536: return this with { Port = port };
            case "--name": return this with { Name = value };
            case "--dependency" when value.Split('=', 2) is [var name, var place] && Place(place) is { } at: Dependencies.Add(new(name, at)); return this;
            case "--sessions" when Place(value) is { } sessions: Sessions = sessions; return this;
            case "--linger" when Time(value) is { } linger: Linger = linger; return this;
            case "--window" when Time(value) is { } window: Window = window; return this;
            case "--node-probe" when NodeProbe.Networks(value) is { } networks: Networks = networks; return this;
            case "--name-server" when Place(value) is { } server: NameServer = server; return this;
            case "--token-key" when File.Exists(value): TokenKey = File.ReadAllBytes(value); return this;
            case "--root-token" when File.Exists(value): RootToken = File.ReadAllText(value).Trim(); return this;
            case "--revoked" when Place(value) is { } list: RevokedList = list; return this;
            case "--mode" when value is "production" or "staging": IsProduction = value == "production"; return this;
            case "--check" when value is "settings": OnlyChecks = true; return this;
            case "--pid-file": PidFile = value; return this;
            case "--flaw" when Enum.TryParse<Flaw>(value, out var flaw): Flaws.Add(flaw); return this;
            default: return null;
        }
    }

    static DnsEndPoint? Place(string text) =>
        text.LastIndexOf(':') is > 0 and var colon && int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536 ? new(text[..colon], port) : null;

    static TimeSpan? Time(string text) =>
        text.EndsWith("ms", StringComparison.Ordinal) && Number(text[..^2]) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds)
        : text.EndsWith('s') && Number(text[..^1]) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    static double? Number(string text) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
