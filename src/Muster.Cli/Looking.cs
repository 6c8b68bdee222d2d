using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>What a check may do on this machine.</summary>
sealed record LookingOptions
{
    public int Jobs { get; init; } = 16;

    public bool MayRunCommands { get; init; }
}

/// <summary>The eyes on this machine, with the ledger behind them: each answer is written down as it comes, so that an interrupted check loses nothing that it saw.</summary>
static class Looking
{
    public static async Task<Decision> Run(Session session, Gate gate, Release release, DueOptions options, LookingOptions may, CancellationToken cancel)
    {
        throw new NotImplementedException();
    }
}
