namespace Muster.Telemetry.Histograms;

public sealed partial class NativeHistogram
{
    /// <summary>
    /// The hint that a counter's histogram carries once it is stored after <paramref name="previous"/>: "not reset" where that is plain, else unknown, so
    /// that whoever needs to know looks. A gauge stays one. That a sender says "reset" is not kept: which sample came before may be another's here.
    /// </summary>
    /// <param name="previous">The sample before, of the same series; null: none, or it was a float, or the series had ended.</param>
    public NativeHistogram Stored(NativeHistogram? previous)
    {
        if (Hint == ResetHint.Gauge) return this;
        var goesOn = previous is not null && previous.Hint != ResetHint.Gauge && Hint != ResetHint.Reset && Schema == previous.Schema && ZeroThreshold.Equals(previous.ZeroThreshold)
            && CustomBounds.AsSpan().SequenceEqual(previous.CustomBounds.AsSpan()) && !WithHint(ResetHint.Unknown).IsResetOf(previous);
        return WithHint(goesOn ? ResetHint.NotReset : ResetHint.Unknown);
    }
}
