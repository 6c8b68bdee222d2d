namespace Muster.Bench;

/// <summary>The samples of both sides of a contest, taken in turn after a warm-up.</summary>
/// <param name="Cpu">Seconds of processor time that this process took for one unit of ours, the median: the safest number on a machine that is not quiet.</param>
sealed record Rounds(Contest Contest, Arena Arena, Sample[] Ours, Sample[] Peer, double Cpu)
{
    public static Rounds Run(Contest contest, Arena arena, bool quick)
    {
        var count = quick ? Math.Min(2, contest.Rounds) : contest.Rounds;
        var ours = new Sample[count];
        var peer = new Sample[arena.Peer is null ? 0 : count];
        var cpu = new double[count];
        if (contest.Warm)
        {
            arena.Ours.Round();
            arena.Peer?.Round();
        }

        for (var round = 0; round < count; round++)
        {
            GC.Collect();
            var before = Environment.CpuUsage.TotalTime;
            ours[round] = arena.Ours.Round();
            cpu[round] = (Environment.CpuUsage.TotalTime - before).TotalSeconds / ours[round].Units;
            if (arena.Peer is { } other) peer[round] = other.Round();
        }

        return new(contest, arena, ours, peer, Middle([.. cpu.Order()]));
    }

    bool ByRate => Contest.Unit is not null;

    public double[] OursSorted => [.. Ours.Select(Measured).Order()];

    public double[] PeerSorted => [.. Peer.Select(Measured).Order()];

    /// <summary>How many times better than the peer; the median of the ratios of the single rounds, since both sides of one met the same machine.</summary>
    public double? Ratio => Peer.Length == 0 ? null : Middle([.. Ours.Zip(Peer, (a, b) => a.Rate / b.Rate).Order()]);

    public bool? Reached => Contest.Goal switch
    {
        Goal.AtMost most => Middle(OursSorted) <= most.Seconds,
        Goal.NoMoreThan most => Middle(OursSorted) <= most.Amount,
        Goal.AtLeast least => Middle(OursSorted) >= least.Rate,
        Goal.Times times => Ratio is { } ratio ? ratio >= times.Peer : null,
        _ => null,
    };

    double Measured(Sample sample) => ByRate ? sample.Rate : sample.Each;

    public static double Middle(double[] sorted) => sorted[sorted.Length / 2];
}
