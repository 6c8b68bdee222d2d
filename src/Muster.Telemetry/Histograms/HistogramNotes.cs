namespace Muster.Telemetry.Histograms;

/// <summary>What happened on the way of an addition or subtraction.</summary>
[Flags]
public enum HistogramNotes
{
    None = 0,

    /// <summary>The bounds differed, and those that both had were taken.</summary>
    BoundsReconciled = 1,

    /// <summary>One said that its counter was reset, the other that it was not.</summary>
    ConflictingResets = 2,
}
