using Muster.Telemetry.Histograms;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>One value at one step.</summary>
readonly record struct Point(double Value, NativeHistogram? Histogram)
{
    public static readonly Point None = new(Absent.Value, null);

    public bool IsNone => Histogram is null && Absent.Is(Value);

    public static implicit operator Point(double value) => new(value, null);
}

/// <summary>One series over the steps of a frame.</summary>
/// <param name="dropsName">Its name goes when the query ends, unless a label function sets it again: so that two metrics may meet under one name in between.</param>
sealed class Track(Labels labels, int count, bool dropsName = false)
{
    public Labels Labels { get; } = labels;

    public bool DropsName { get; } = dropsName;

    /// <summary>One for each step; <see cref="Absent"/> where there is none, 0 where there is a histogram.</summary>
    public double[] Values { get; } = Empty(count);

    public NativeHistogram?[]? Histograms { get; private set; }

    public int Count => Values.Length;

    Track(Labels labels, bool dropsName, double[] values, NativeHistogram?[]? histograms) : this(labels, 0, dropsName) => (Values, Histograms) = (values, histograms);

    public Point this[int step]
    {
        get => new(Values[step], Histograms?[step]);
        set
        {
            Values[step] = value.Value;
            if (value.Histogram is null)
            {
                if (Histograms is not null) Histograms[step] = null;
                return;
            }

            Values[step] = 0;
            (Histograms ??= new NativeHistogram?[Count])[step] = value.Histogram;
        }
    }

    public bool Has(int step) => !Absent.Is(Values[step]);

    public NativeHistogram? HistogramAt(int step) => Histograms?[step];

    public bool IsEmpty
    {
        get
        {
            foreach (var value in Values)
            {
                if (!Absent.Is(value)) return false;
            }

            return true;
        }
    }

    /// <summary>The same values under other labels; they are shared, not copied.</summary>
    public Track Renamed(Labels labels, bool dropsName) => new(labels, dropsName, Values, Histograms);

    static double[] Empty(int count)
    {
        if (count == 0) return [];
        var values = GC.AllocateUninitializedArray<double>(count);
        values.AsSpan().Fill(Absent.Value);
        return values;
    }
}
