using Muster.Readiness;

namespace Muster.Cli;

/// <summary>What people call a fact.</summary>
static class FactWords
{
    public static string Of(Fact fact) => fact switch
    {
        Fact.Ran => "run",
        Fact.Attested => "attestation",
        Fact.SignedOff => "sign-off",
        Fact.Rejected => "rejection",
        Fact.Withdrawn => "withdrawal",
        Fact.Waived => "waiver",
        Fact.GlassBroken => "break-glass",
        Fact.Accepted => "acceptance",
        Fact.Decided => "verdict",
        Fact.Proved => "prove",
        Fact.Arrived => "arrival",
        Fact.Revoked => "revocation",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
