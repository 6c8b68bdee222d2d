using System.Collections.Immutable;

namespace Muster.Probes.Load;

/// <summary>One kind of use: how its iterations begin, and the requests of one iteration in order.</summary>
public sealed record Scenario
{
    public required string Name { get; init; }

    public required LoadModel Model { get; init; }

    public required ImmutableArray<RequestStep> Requests { get; init; }

    /// <summary>How long after the run's start it begins.</summary>
    public TimeSpan Start { get; init; }

    /// <summary>What its first time measures is kept apart and counts for nothing.</summary>
    public TimeSpan WarmUp { get; init; }

    /// <summary>How long iterations that are under way at the end may still take; what is then open is "in flight".</summary>
    public TimeSpan GracefulStop { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The most users at once under an open model; an iteration that is due when all are busy waits, and its waiting is part of its latency.</summary>
    public int MostUsers { get; init; } = 1000;

    /// <summary>The pause after each iteration of a user, drawn evenly between the two.</summary>
    public Pause Think { get; init; }

    public ImmutableArray<DataFile> Data { get; init; } = [];

    /// <summary>Whether each user keeps the cookies that it is given and sends them again; see <see cref="CookieJar"/>.</summary>
    public bool Cookies { get; init; }

    /// <summary>Tags that thresholds can select by, beside <c>scenario</c>.</summary>
    public ImmutableSortedDictionary<string, string> Tags { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

public readonly record struct Pause(TimeSpan Least, TimeSpan Most)
{
    public bool IsNone => Most == TimeSpan.Zero;
}

/// <summary>One request of an iteration.</summary>
public sealed record RequestStep
{
    /// <summary>Unique within its scenario; the tag <c>name</c>.</summary>
    public required string Name { get; init; }

    public string Method { get; init; } = "GET";

    /// <summary>A whole path that begins with "/" (the target's own path is in it), or a whole URL whose origin is among <see cref="LoadPlan.Others"/>.</summary>
    public required Template Url { get; init; }

    public ImmutableArray<(string Name, Template Text)> Headers { get; init; } = [];

    /// <summary>Null sends none. A file's bytes are a template without placeholders.</summary>
    public Template? Body { get; init; }

    public ImmutableArray<Extraction> Save { get; init; } = [];

    public ImmutableArray<ResponseCheck> Checks { get; init; } = [];

    /// <summary>Statuses that are no failure.</summary>
    public StatusSet Expected { get; init; } = StatusSet.Default;

    /// <summary>How many redirects are followed; each hop is part of the same latency.</summary>
    public int Redirects { get; init; }

    /// <summary>From the first byte sent to the last received.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The pause after it.</summary>
    public Pause Think { get; init; }

    public ImmutableSortedDictionary<string, string> Tags { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Not null makes it a WebSocket session instead.</summary>
    public SocketTalk? Socket { get; init; }

    /// <summary>Whether anything reads the answer's body; otherwise it is counted and thrown away as it comes.</summary>
    public bool ReadsBody => Save.Any(save => save.ReadsBody) || Checks.Any(check => check.ReadsBody);
}

/// <summary>What a user says over a WebSocket: each message, awaited if <see cref="AwaitAnswer"/>, with a pause between, then a close.</summary>
public sealed record SocketTalk(ImmutableArray<Template> Messages, bool AwaitAnswer, Pause Between, TimeSpan Stay);

/// <summary>Statuses as ranges, ends included.</summary>
public sealed record StatusSet(ImmutableArray<(int From, int To)> Ranges)
{
    public static readonly StatusSet Default = new([(200, 399)]);

    public bool Has(int status)
    {
        foreach (var (from, to) in Ranges)
            if (status >= from && status <= to) return true;
        return false;
    }
}
