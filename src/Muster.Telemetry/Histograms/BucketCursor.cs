using System.Collections.Immutable;

namespace Muster.Telemetry.Histograms;

/// <summary>Goes over the buckets of one side, ascending by index. Ends where the spans or the counts end, whichever is first.</summary>
struct BucketCursor(SparseBuckets buckets)
{
    readonly ImmutableArray<BucketSpan> _spans = buckets.Spans;
    readonly ImmutableArray<double> _counts = buckets.Counts;
    int _span = -1;
    uint _left;
    int _at = -1;
    int _next;

    public int Index { get; private set; }

    public readonly double Count => _counts[_at];

    public bool Next()
    {
        if (_at + 1 >= _counts.Length) return false;
        while (_left == 0)
        {
            if (++_span >= _spans.Length) return false;
            _next += _spans[_span].Offset;
            _left = _spans[_span].Length;
        }

        _left--;
        _at++;
        Index = _next++;
        return true;
    }
}
