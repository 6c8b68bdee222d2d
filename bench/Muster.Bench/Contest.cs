namespace Muster.Bench;

/// <summary>What one round did: so many units in so many seconds.</summary>
readonly record struct Sample(double Units, double Seconds)
{
    public double Rate => Units / Seconds;

    public double Each => Seconds / Units;
}

/// <summary>One that does the work. <see cref="Peak"/> is the peak of its resident bytes, asked after the last round; null where it cannot be known.</summary>
sealed record Side(string Name, Func<Sample> Round, Func<long?> Peak)
{
    /// <summary>True when another process does the work, so that the time of this one's processor says nothing.</summary>
    public bool Elsewhere { get; init; }
}

/// <summary>What is to be reached, in the contest's own measure.</summary>
abstract record Goal
{
    Goal() { }

    public sealed record AtMost(double Seconds) : Goal;

    public sealed record AtLeast(double Rate) : Goal;

    /// <summary>Of what the contest measures, where that is no time.</summary>
    public sealed record NoMoreThan(double Amount) : Goal;

    /// <summary>So many times the rate of the peer of the same run.</summary>
    public sealed record Times(double Peer) : Goal;

    /// <summary>Reported, without a goal.</summary>
    public sealed record None : Goal;
}

/// <summary>Ours and a peer that does comparable work. <see cref="Without"/> says why there is no peer; <see cref="Note"/> is a sentence for the reader.</summary>
sealed record Arena(Side Ours, Side? Peer, Action Clear) : IDisposable
{
    public string? Without { get; init; }

    public Func<string>? Note { get; init; }

    public void Dispose() => Clear();
}

/// <summary>
/// A figure of a promise, beside a peer: rounds in the order ours, peer, ours, peer, so that whatever else the machine does falls on both. Pinned contests run on the last core;
/// what they look at runs on the first.
/// </summary>
/// <param name="Unit">What a rate counts, in the plural; null when the time of one is what matters.</param>
sealed record Contest(string Name, Goal Goal, string? Unit, Func<Arena> Prepare)
{
    public int Rounds { get; init; } = 5;

    public bool Pinned { get; init; }

    /// <summary>A first round that is not counted; not for what is cold by its nature, or so long that it warms itself.</summary>
    public bool Warm { get; init; } = true;

    /// <summary>What is measured where it is neither a time nor a rate: so much of it for each unit, and less is better.</summary>
    public string? Measures { get; init; }

    /// <summary>What it cannot do without and that is not here; null when all of it is.</summary>
    public Func<string?> Needs { get; init; } = static () => null;

    public string? Missing => Needs();
}
