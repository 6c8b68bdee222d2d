namespace Muster.Telemetry.Histograms;

/// <summary>One side of a sum of many histograms, each bucket a compensated sum. Changes in place while the layout of what comes in stays the same.</summary>
sealed class BucketColumn
{
    int[] _indices = [];
    Compensated[] _sums = [];
    SparseBuckets? _layout;

    public void Add(SparseBuckets more, double scale)
    {
        if (more.IsEmpty) return;
        if (_layout is not { } layout || !layout.HasLayoutOf(more))
        {
            if (!Holds(more)) Widen(more);
            _layout = more;
        }

        if (_indices.Length == more.Counts.Length)
        {
            for (var same = 0; same < _sums.Length; same++) _sums[same].Add(more.Counts[same] * scale);
            return;
        }

        // Wider than what comes in: each index is looked for from where the last one was.
        var at = 0;
        for (var cursor = more.Cursor(); cursor.Next(); at++)
        {
            while (_indices[at] < cursor.Index) at++;
            _sums[at].Add(cursor.Count * scale);
        }
    }

    public void Scale(double factor)
    {
        for (var at = 0; at < _sums.Length; at++) _sums[at].Scale(factor);
    }

    /// <summary>Puts each bucket where <paramref name="target"/> says, which may not go down from one index to the next; null takes it out, into <paramref name="rest"/>.</summary>
    public void Regroup(Func<int, int?> target, ref Compensated rest)
    {
        var indices = new List<int>(_indices.Length);
        var sums = new List<Compensated>(_indices.Length);
        for (var at = 0; at < _indices.Length; at++)
        {
            if (target(_indices[at]) is not { } index) rest.Add(_sums[at]);
            else if (indices.Count > 0 && indices[^1] == index)
            {
                var sum = sums[^1];
                sum.Add(_sums[at]);
                sums[^1] = sum;
            }
            else
            {
                indices.Add(index);
                sums.Add(_sums[at]);
            }
        }

        (_indices, _sums, _layout) = ([.. indices], [.. sums], null);
    }

    public SparseBuckets Value(double scale)
    {
        var value = new BucketWriter(_indices.Length);
        for (var at = 0; at < _indices.Length; at++) value.Add(_indices[at], _sums[at].Value * scale);
        return value.Finish();
    }

    bool Holds(SparseBuckets more)
    {
        var at = 0;
        for (var cursor = more.Cursor(); cursor.Next();)
        {
            while (at < _indices.Length && _indices[at] < cursor.Index) at++;
            if (at == _indices.Length || _indices[at] != cursor.Index) return false;
        }

        return true;
    }

    void Widen(SparseBuckets more)
    {
        var known = _indices.Zip(_sums).ToDictionary(pair => pair.First, pair => pair.Second);
        for (var cursor = more.Cursor(); cursor.Next();) known.TryAdd(cursor.Index, default);
        _indices = [.. known.Keys.Order()];
        _sums = Array.ConvertAll(_indices, index => known[index]);
    }
}
