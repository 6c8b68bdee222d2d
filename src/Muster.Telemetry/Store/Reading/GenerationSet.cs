using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Disk;
using Muster.Telemetry.Store.Head;
using Muster.Telemetry.Store.Index;

namespace Muster.Telemetry.Store.Reading;

/// <summary>A generation as readers see it.</summary>
sealed class GenerationSet(Generation generation) : ISeriesSet
{
    public Generation Generation => generation;

    public ILabelIndex Index => generation.Index;

    public long LastGeneration => generation.Number;

    public long Deleted => 0;

    public long First => generation.First;

    public long Last => generation.Last;

    public (long First, long Last) SpanOf(int series) => (generation[series].First, generation[series].Newest);

    public void Key(int series, Bytes into) => into.Raw(generation.Keys.KeyOf(series));

    public Labels LabelsOf(int series) => generation.LabelsOf(generation[series]);

    public bool TryNewest(int series, out long time, out double value) => generation[series].TryNewest(out time, out value);

    public void Read(int series, long from, long to, SampleBuffer into) => generation[series].Read(from, to, into);
}
