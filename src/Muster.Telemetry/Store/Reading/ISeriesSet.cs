using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Disk;
using Muster.Telemetry.Store.Index;

namespace Muster.Telemetry.Store.Reading;

/// <summary>A number of series with their samples: a generation in memory, or a block. Safe from several threads.</summary>
interface ISeriesSet
{
    ILabelIndex Index { get; }

    /// <summary>The generations whose samples these are: the last of them.</summary>
    long LastGeneration { get; }

    /// <summary>The last deletion that has been carried out here.</summary>
    long Deleted { get; }

    /// <summary>Time of the oldest sample of all; later than <see cref="Last"/> when there is none.</summary>
    long First { get; }

    long Last { get; }

    /// <summary>Times of the oldest and the newest sample of one series; the first is later than the last when there is none.</summary>
    (long First, long Last) SpanOf(int series);

    /// <summary>Writes the series' key behind what is there.</summary>
    void Key(int series, Bytes into);

    Labels LabelsOf(int series);

    /// <summary>Adds its samples, ascending, no time twice.</summary>
    void Read(int series, long from, long to, SampleBuffer into);

    /// <summary>The newest sample of a series, where it is a float and known without decoding. False says nothing: read it.</summary>
    bool TryNewest(int series, out long time, out double value)
    {
        (time, value) = (0, 0);
        return false;
    }
}
