namespace Muster.Server.Api;

/// <summary>The times of a query's steps as they begin each pair: most series of an answer have the same, which are written once.</summary>
sealed class StepTexts
{
    const int Longest = 32;

    long[] _times = [];
    byte[] _bytes = [];
    int[] _ends = [];

    /// <summary>The times that are asked for next.</summary>
    public void Of(long[] times)
    {
        if (ReferenceEquals(times, _times)) return;
        _times = times;
        if (_ends.Length < times.Length) (_ends, _bytes) = (new int[times.Length], new byte[times.Length * Longest]);
        var end = 0;
        for (var at = 0; at < times.Length; at++)
        {
            _bytes[end++] = (byte)'[';
            end += PrometheusJson.Seconds(times[at], _bytes.AsSpan(end));
            _bytes[end++] = (byte)',';
            _bytes[end++] = (byte)'"';
            _ends[at] = end;
        }
    }

    /// <summary><c>[1700000000,"</c></summary>
    public ReadOnlySpan<byte> this[int step]
    {
        get
        {
            var start = step == 0 ? 0 : _ends[step - 1];
            return _bytes.AsSpan(start, _ends[step] - start);
        }
    }
}
