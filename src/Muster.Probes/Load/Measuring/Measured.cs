using System.Collections.Immutable;

namespace Muster.Probes.Load;

/// <summary>The tally of one request of one scenario, with the tags that thresholds select by: <c>scenario</c>, <c>name</c>, <c>method</c> and the plan's own.</summary>
public sealed record TaggedTally(string Scenario, string Request, ImmutableSortedDictionary<string, string> Tags, Tally Tally);

/// <summary>Iterations of one scenario.</summary>
public sealed class Iterations
{
    public required string Scenario { get; init; }
    public Latencies Duration { get; } = new();

    /// <summary>Begun; each ends as done, broken off or in flight.</summary>
    public long Begun { get; set; }

    public long Done { get; set; }

    /// <summary>Due, and never begun: the queue of those that wait was full.</summary>
    public long Dropped { get; set; }

    /// <summary>Due while every user was busy: begun late, their waiting counted as latency.</summary>
    public long Queued { get; set; }

    /// <summary>Users now, and the most at once.</summary>
    public int Users { get; set; }

    public int MostUsers { get; set; }
}

/// <summary>What a run has measured up to a moment, warm-up left out. What thresholds are read from.</summary>
public sealed record Measured(ImmutableArray<TaggedTally> Tallies, ImmutableArray<Iterations> Iterations, TimeSpan Took)
{
    /// <summary>Sessions and messages over WebSockets.</summary>
    public SocketTally Sockets { get; init; } = new();

    /// <summary>All tallies that carry every one of these tags, merged.</summary>
    public Tally Select(IReadOnlyDictionary<string, string> tags)
    {
        var merged = new Tally();
        foreach (var tally in Tallies)
            if (tags.All(tag => tally.Tags.GetValueOrDefault(tag.Key) == tag.Value)) merged.Add(tally.Tally);
        return merged;
    }
}

public sealed class SocketTally
{
    public Latencies Connecting { get; } = new();
    public Latencies Session { get; } = new();

    /// <summary>From a message sent to its answer.</summary>
    public Latencies RoundTrip { get; } = new();

    public long Sessions { get; set; }
    public long Sent { get; set; }
    public long Received { get; set; }

    public void Add(SocketTally other)
    {
        Connecting.Add(other.Connecting);
        Session.Add(other.Session);
        RoundTrip.Add(other.RoundTrip);
        Sessions += other.Sessions;
        Sent += other.Sent;
        Received += other.Received;
    }

    public void Clear()
    {
        Connecting.Clear();
        Session.Clear();
        RoundTrip.Clear();
        (Sessions, Sent, Received) = (0, 0, 0);
    }
}
