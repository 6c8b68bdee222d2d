using System.Collections.Immutable;

namespace Muster.Telemetry.Histograms;

/// <summary>
/// The sum or average of many histograms, compensated for what floating-point sums lose, so that what cancels out leaves what was beside it. Sums that would
/// leave the range of numbers are held scaled down, so that an average stays within it. The rules of <see cref="NativeHistogram.Add"/> hold.
/// </summary>
sealed class HistogramTotal
{
    const double Down = 1.0 / (1L << 32);

    readonly BucketColumn _positive = new();
    readonly BucketColumn _negative = new();
    NativeHistogram? _shape;
    Compensated _zero;
    Compensated _count;
    Compensated _sum;
    int _histograms;
    bool _anyReset;
    bool _anyNotReset;
    double _scale = 1;

    /// <summary>No part of the sum can be larger than this, and nothing is lost while it is finite.</summary>
    double _largest;

    /// <summary>What happened so far.</summary>
    public HistogramNotes Notes { get; private set; }

    public int Histograms => _histograms;

    /// <returns>False: it has exponential buckets and those before bounds of their own, or the other way; it is not in the sum.</returns>
    public bool Add(NativeHistogram histogram)
    {
        _shape ??= Shape(histogram, histogram.Hint);
        if (_shape.HasCustomBuckets != histogram.HasCustomBuckets) return false;
        histogram = histogram.HasCustomBuckets ? SameBounds(histogram) : SameBuckets(histogram);
        var pairwise = HistogramNotes.None;
        _shape = _shape.WithHint(NativeHistogram.Merged(_shape.Hint, histogram.Hint, ref pairwise));
        // Not only neighbours conflict: a gauge in between, or one of which nothing is known, does not make peace.
        _anyReset |= histogram.Hint == ResetHint.Reset;
        _anyNotReset |= histogram.Hint == ResetHint.NotReset;
        if (_anyReset && _anyNotReset) Notes |= HistogramNotes.ConflictingResets;
        var largest = Largest(histogram);
        while (!double.IsFinite(_largest + (largest.Bucket * _scale * largest.Buckets) + (largest.Other * _scale))) ScaleDown();
        _largest += (largest.Bucket * _scale * largest.Buckets) + (largest.Other * _scale);
        _positive.Add(histogram.Positive, _scale);
        _negative.Add(histogram.Negative, _scale);
        _zero.Add(histogram.ZeroCount * _scale);
        _count.Add(histogram.Count * _scale);
        _sum.Add(histogram.Sum * _scale);
        _histograms++;
        return true;
    }

    /// <exception cref="InvalidOperationException">Nothing was added.</exception>
    public NativeHistogram Sum() => Value(1);

    /// <exception cref="InvalidOperationException">Nothing was added.</exception>
    public NativeHistogram Average() => Value(_histograms);

    NativeHistogram Value(double divisor)
    {
        if (_shape is null) throw new InvalidOperationException("there is no sum of no histograms");
        // First down, then up: what is too large for a sum may be none for an average.
        var up = 1 / _scale;
        return _shape.Copy(Over(_positive), Over(_negative), zeroCount: _zero.Value / divisor * up, count: _count.Value / divisor * up, sum: _sum.Value / divisor * up).Compact();

        SparseBuckets Over(BucketColumn column) => divisor == 1 ? column.Value(up) : column.Value(1).Over(divisor).Times(up);
    }

    NativeHistogram SameBounds(NativeHistogram histogram)
    {
        if (_shape!.HasBoundsOf(histogram)) return histogram;
        Notes |= HistogramNotes.BoundsReconciled;
        var common = NativeHistogram.CommonBounds(_shape.CustomBounds, histogram.CustomBounds);
        if (common.Length < _shape.CustomBounds.Length)
        {
            var bounds = _shape.CustomBounds;
            Regroup(index => index >= bounds.Length ? common.Length : common.BinarySearch(bounds[index]) is var found && found < 0 ? ~found : found);
            _shape = _shape.Copy(SparseBuckets.None, SparseBuckets.None, bounds: common);
        }

        return histogram.MappedTo(common);
    }

    NativeHistogram SameBuckets(NativeHistogram histogram)
    {
        if (_shape!.ZeroThreshold != histogram.ZeroThreshold)
        {
            var own = _shape.Copy(_positive.Value(1), _negative.Value(1), zeroCount: 0);
            (own, histogram) = NativeHistogram.WithSameZero(own, histogram);
            var (shape, threshold) = (_shape, own.ZeroThreshold);
            if (threshold != shape.ZeroThreshold) Regroup(index => shape.UpperBound(index - 1) < threshold ? null : index);
            _shape = shape.Copy(SparseBuckets.None, SparseBuckets.None, zeroThreshold: threshold);
        }

        if (histogram.Schema < _shape.Schema)
        {
            var by = _shape.Schema - histogram.Schema;
            Regroup(index => BucketBounds.Reduced(index, by));
            _shape = _shape.Copy(SparseBuckets.None, SparseBuckets.None, schema: histogram.Schema);
        }

        return histogram.ReducedTo(_shape.Schema);
    }

    void Regroup(Func<int, int?> target)
    {
        _positive.Regroup(target, ref _zero);
        _negative.Regroup(target, ref _zero);
    }

    void ScaleDown()
    {
        _positive.Scale(Down);
        _negative.Scale(Down);
        _zero.Scale(Down);
        _count.Scale(Down);
        _sum.Scale(Down);
        (_scale, _largest) = (_scale * Down, _largest * Down);
    }

    static NativeHistogram Shape(NativeHistogram of, ResetHint hint) => of.Copy(SparseBuckets.None, SparseBuckets.None, zeroCount: 0, count: 0, sum: 0, hint: hint);

    /// <summary>Regrouping may add all buckets up: so as many times the largest of them as there are.</summary>
    static (double Bucket, int Buckets, double Other) Largest(NativeHistogram histogram)
    {
        var bucket = 0.0;
        foreach (var count in histogram.PositiveBuckets) bucket = Math.Max(bucket, Size(count));
        foreach (var count in histogram.NegativeBuckets) bucket = Math.Max(bucket, Size(count));
        return (bucket, histogram.PositiveBuckets.Length + histogram.NegativeBuckets.Length, Math.Max(Size(histogram.ZeroCount), Math.Max(Size(histogram.Count), Size(histogram.Sum))));
    }

    static double Size(double value) => double.IsFinite(value) ? Math.Abs(value) : 0;
}
