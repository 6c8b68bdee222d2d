namespace Muster.Cli;

/// <summary>How <c>muster check --every</c> goes on.</summary>
sealed record RoundsOptions
{
    /// <summary>From the beginning of one round to that of the next; null for one round only.</summary>
    public TimeSpan? Every { get; init; }

    /// <summary>Each round begins up to so much later, at random, so that many machines do not look at once.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Null goes on until it is stopped.</summary>
    public int? Most { get; init; }

    public Webhook? Webhook { get; init; }
}
