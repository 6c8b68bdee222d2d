using Muster.Telemetry.Histograms;
using Muster.Telemetry.Promql.Ast;

namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>A sum or average of histograms.</summary>
sealed class HistogramSum(bool average)
{
    NativeHistogram? _sum;
    double _count;
    HistogramNotes _notes;
    bool _anyReset;
    bool _anyNotReset;

    /// <returns>False: one has exponential buckets and another has bounds of its own; there is no sum.</returns>
    public bool Add(NativeHistogram histogram)
    {
        _count++;
        _anyReset |= histogram.Hint == ResetHint.Reset;
        _anyNotReset |= histogram.Hint == ResetHint.NotReset;
        if (_sum is null)
        {
            _sum = histogram;
            return true;
        }

        if (_sum.Add(histogram, out var happened) is not { } sum) return false;
        _sum = sum;
        _notes |= happened;
        return true;
    }

    public NativeHistogram Value => (average && _count > 1 ? _sum!.Divide(_count) : _sum!).Compact();

    public void Tell(Notes notes, Place place)
    {
        if (_notes.HasFlag(HistogramNotes.BoundsReconciled)) notes.Reconciled("aggregation", place);
        if (_anyReset && _anyNotReset) notes.ResetsConflict("aggregation", place);
    }
}
