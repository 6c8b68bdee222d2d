namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>The times at which something is evaluated: start, start + step, … In milliseconds since 1970.</summary>
readonly record struct Frame(long Start, long Step, int Count)
{
    public long End => Start + (Step * (Count - 1));

    public long At(int index) => Start + (Step * index);
}
