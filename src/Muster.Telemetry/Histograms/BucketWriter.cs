using System.Collections.Immutable;

namespace Muster.Telemetry.Histograms;

/// <summary>Makes spans of buckets that come ascending by index; the same index again adds to its bucket.</summary>
struct BucketWriter(int capacity)
{
    readonly ImmutableArray<double>.Builder _counts = ImmutableArray.CreateBuilder<double>(capacity);
    readonly ImmutableArray<BucketSpan>.Builder _spans = ImmutableArray.CreateBuilder<BucketSpan>(4);
    int _offset;
    uint _length;
    int _next;

    public void Add(int index, double count)
    {
        if (_length > 0 && index == _next - 1)
        {
            _counts[^1] += count;
            return;
        }

        if (_length > 0 && index != _next) End();
        if (_length == 0) _offset = index - _next;
        _counts.Add(count);
        _length++;
        _next = index + 1;
    }

    public SparseBuckets Finish()
    {
        if (_length > 0) End();
        return new(_spans.DrainToImmutable(), _counts.DrainToImmutable());
    }

    void End()
    {
        _spans.Add(new(_offset, _length));
        _length = 0;
    }
}
