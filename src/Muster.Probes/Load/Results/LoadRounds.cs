namespace Muster.Probes.Load;

/// <summary>Several runs of one plan against one target as one result: samples merge, and windows follow one another.</summary>
static class LoadRounds
{
    public static LoadResult Joined(LoadResult first, LoadResult second)
    {
        var all = new Tally();
        all.Add(first.All);
        all.Add(second.All);
        return second with
        {
            Started = first.Started,
            Took = first.Took + second.Took,
            Over = first.Over + second.Over,
            All = all,
            Doubts = [.. first.Doubts.Union(second.Doubts, StringComparer.Ordinal)],
            Unfit = first.Unfit || second.Unfit,
            Windows = [.. first.Windows, .. second.Windows.Select(window => window with { From = window.From + first.Took })],
            // Another target in one of the rounds is another one before and after.
            Target = second.Target with { Before = first.Target.Before },
            Balance = new(first.Balance.Sent + second.Balance.Sent, first.Balance.Answered + second.Balance.Answered, first.Balance.Failed + second.Balance.Failed,
                first.Balance.InFlight + second.Balance.InFlight, first.Balance.Retried + second.Balance.Retried, first.Balance.Connections + second.Balance.Connections),
        };
    }
}
