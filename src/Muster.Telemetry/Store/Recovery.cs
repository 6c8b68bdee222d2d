namespace Muster.Telemetry.Store;

/// <summary>How a store was found when it was opened. Nothing that is missing is passed over in silence.</summary>
/// <param name="Samples">Read from the log.</param>
/// <param name="TornBytes">At the end of a log: what was being written when the process or the power went, and was not acknowledged.</param>
/// <param name="DamagedRecords">In the middle of a log, not matching their checksum; left out.</param>
/// <param name="LostSamples">Of good records whose series stood in a damaged one; left out.</param>
/// <param name="Findings">All of it in words, bounded.</param>
public sealed record Recovery(long Samples, long TornBytes, int DamagedRecords, long LostSamples, IReadOnlyList<string> Findings)
{
    public bool IsClean => Findings.Count == 0;
}
