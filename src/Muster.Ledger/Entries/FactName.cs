using System.Diagnostics;
using Muster.Readiness;

namespace Muster.Ledger;

/// <summary>What a fact is called on disk, and what its statement is about. Written for ever: may only grow.</summary>
public static class FactName
{
    internal static readonly string[] Known = ["run", "attestation", "sign-off", "rejection", "withdrawal", "waiver", "break-glass", "acceptance", "verdict", "prove", "arrival", "revocation", "waiver-request", "drill", "drill-witness"];

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
        Fact.WaiverRequested => "waiver-request",
        Fact.Drilled => "drill",
        Fact.DrillWitnessed => "drill-witness",
        _ => throw new UnreachableException(),
    };

    /// <summary>in-toto wants an immutable subject: the release where there is one, else the thing itself that the fact names.</summary>
    internal static (string Name, Digest Digest) Subject(Fact fact) => fact switch
    {
        Fact.Ran { Run: var run } => ("release", run.Release),
        Fact.Attested attested => ("release", attested.Release),
        Fact.Drilled drilled => ("release", drilled.Release),
        Fact.DrillWitnessed witnessed => ("entry", witnessed.Drill),
        Fact.SignedOff { Shown: var shown } => ("release", shown.Release),
        Fact.Rejected rejected => ("release", rejected.Release),
        Fact.Withdrawn withdrawn => ("entry", withdrawn.Entry),
        Fact.Waived { Waiver: var waiver } => ("control", waiver.ControlText),
        Fact.WaiverRequested { Waiver: var asked } => ("control", asked.ControlText),
        Fact.GlassBroken broken => ("release", broken.Release),
        Fact.Accepted accepted => ("document", accepted.To),
        Fact.Decided decided => ("release", decided.Release),
        Fact.Proved proved => ("fixture", Digest.Of(System.Text.Encoding.UTF8.GetBytes(proved.Fixture))),
        Fact.Arrived arrived => ("bundle", arrived.Manifest),
        Fact.Revoked revoked => ("key", Digest.TryParse("sha256:" + revoked.KeyId, out var key) ? key : default),
        _ => throw new UnreachableException(),
    };
}
