using System.Runtime.InteropServices;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Promql.Ast;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>The samples of one series that a range selector sees at one step, floats and histograms apart, both ascending in time.</summary>
ref struct Window
{
    public required ReadOnlySpan<long> FloatTimes;

    public required ReadOnlySpan<double> Floats;

    public required ReadOnlySpan<long> HistogramTimes;

    public required ReadOnlySpan<NativeHistogram> Histograms;

    /// <summary>Start, excluded.</summary>
    public required long From;

    /// <summary>End, included.</summary>
    public required long To;

    /// <summary>The time of evaluation, which a shift does not move.</summary>
    public required long Now;

    public required int Step;

    /// <summary>The name of the metric, for notes.</summary>
    public required string Metric;

    /// <summary>Whether a float is smaller than the one before it, anywhere in the window.</summary>
    public required bool Falls;

    /// <summary>Where the selector stands, for notes.</summary>
    public required Place Place;

    public readonly bool IsMixed => !Floats.IsEmpty && !Histograms.IsEmpty;

    public readonly int Count => Floats.Length + Histograms.Length;
}

/// <summary>The samples of one series over the whole frame, without markers of staleness: windows are slices of it.</summary>
sealed class RangeSamples
{
    readonly List<long> _floatTimes = [];
    readonly List<double> _floats = [];
    readonly List<long> _histogramTimes = [];
    readonly List<NativeHistogram> _histograms = [];
    readonly List<int> _lastFalls = [];
    readonly List<int> _changes = [];
    int _float;
    int _floatEnd;
    int _histogram;
    int _histogramEnd;

    public void Fill(SampleBuffer buffer)
    {
        Clear();
        var times = buffer.Times;
        var values = buffer.Values;
        var histograms = buffer.Histograms;
        if (histograms.IsEmpty && !values.Contains(StaleMarker.Value))
        {
            _floatTimes.AddRange(times);
            _floats.AddRange(values);
            return;
        }

        for (var at = 0; at < times.Length; at++)
        {
            if (!histograms.IsEmpty && histograms[at] is { } histogram)
            {
                _histogramTimes.Add(times[at]);
                _histograms.Add(histogram);
            }
            else if (!StaleMarker.Is(values[at]))
            {
                _floatTimes.Add(times[at]);
                _floats.Add(values[at]);
            }
        }
    }

    /// <summary>What a subquery came to, as samples.</summary>
    public void Fill(Track track, Frame frame)
    {
        Clear();
        for (var step = 0; step < track.Count; step++)
        {
            if (track.HistogramAt(step) is { } histogram)
            {
                _histogramTimes.Add(frame.At(step));
                // What was stored between two steps is not seen here: whether the counter began anew must be looked at again.
                _histograms.Add(histogram.Hint == ResetHint.Gauge ? histogram : histogram.WithHint(ResetHint.Unknown));
            }
            else if (track.Has(step))
            {
                _floatTimes.Add(frame.At(step));
                _floats.Add(track.Values[step]);
            }
        }
    }

    /// <summary>Moves on; windows come in ascending order, or always the same.</summary>
    public void MoveTo(long from, long to)
    {
        var floats = CollectionsMarshal.AsSpan(_floatTimes);
        var histograms = CollectionsMarshal.AsSpan(_histogramTimes);
        while (_float < floats.Length && floats[_float] <= from) _float++;
        while (_floatEnd < floats.Length && floats[_floatEnd] <= to) _floatEnd++;
        while (_histogram < histograms.Length && histograms[_histogram] <= from) _histogram++;
        while (_histogramEnd < histograms.Length && histograms[_histogramEnd] <= to) _histogramEnd++;
    }

    public ReadOnlySpan<long> FloatTimes => CollectionsMarshal.AsSpan(_floatTimes)[Math.Min(_float, _floatEnd).._floatEnd];

    public ReadOnlySpan<double> Floats => CollectionsMarshal.AsSpan(_floats)[Math.Min(_float, _floatEnd).._floatEnd];

    /// <summary>No histogram is among them.</summary>
    public bool AreFloats => _histograms.Count == 0;

    public ReadOnlySpan<long> AllFloatTimes => CollectionsMarshal.AsSpan(_floatTimes);

    public ReadOnlySpan<double> AllFloats => CollectionsMarshal.AsSpan(_floats);

    /// <summary>Of each float, where the last one up to it was that is smaller than the one before; -1: none is.</summary>
    public ReadOnlySpan<int> LastFalls
    {
        get
        {
            if (_lastFalls.Count == 0 && _floats.Count > 0) SeeFalls();
            return CollectionsMarshal.AsSpan(_lastFalls);
        }
    }

    /// <summary>Known for all windows at once: each float says where the last fall up to it was.</summary>
    public bool Falls
    {
        get
        {
            if (_lastFalls.Count == 0 && _floats.Count > 0) SeeFalls();
            return _floatEnd > _float && _lastFalls[_floatEnd - 1] > _float;
        }
    }

    void SeeFalls()
    {
        var last = -1;
        var floats = CollectionsMarshal.AsSpan(_floats);
        CollectionsMarshal.SetCount(_lastFalls, floats.Length);
        var falls = CollectionsMarshal.AsSpan(_lastFalls);
        for (var at = 0; at < floats.Length; at++)
        {
            if (at > 0 && floats[at] < floats[at - 1]) last = at;
            falls[at] = last;
        }
    }

    /// <summary>Of each float, how many up to it differ from the one before; not-a-number is the same as itself.</summary>
    public ReadOnlySpan<int> Changes
    {
        get
        {
            if (_changes.Count == 0 && _floats.Count > 0) SeeChanges();
            return CollectionsMarshal.AsSpan(_changes);
        }
    }

    void SeeChanges()
    {
        var floats = CollectionsMarshal.AsSpan(_floats);
        CollectionsMarshal.SetCount(_changes, floats.Length);
        var changes = CollectionsMarshal.AsSpan(_changes);
        var count = changes[0] = 0;
        for (var at = 1; at < floats.Length; at++)
        {
            if (Ranges.Differs(floats[at - 1], floats[at])) count++;
            changes[at] = count;
        }
    }

    public ReadOnlySpan<long> HistogramTimes => CollectionsMarshal.AsSpan(_histogramTimes)[Math.Min(_histogram, _histogramEnd).._histogramEnd];

    public ReadOnlySpan<NativeHistogram> Histograms => CollectionsMarshal.AsSpan(_histograms)[Math.Min(_histogram, _histogramEnd).._histogramEnd];

    void Clear()
    {
        _floatTimes.Clear();
        _floats.Clear();
        _histogramTimes.Clear();
        _histograms.Clear();
        _lastFalls.Clear();
        _changes.Clear();
        (_float, _floatEnd, _histogram, _histogramEnd) = (0, 0, 0, 0);
    }
}
