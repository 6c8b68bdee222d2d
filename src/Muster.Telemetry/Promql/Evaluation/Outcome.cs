namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>What a node came to over all steps of its frame.</summary>
abstract record Outcome
{
    Outcome() { }

    public sealed record Scalar(double[] Values) : Outcome;

    /// <param name="Tracks">In order, where <see cref="IsSorted"/> says so.</param>
    public sealed record Vector(List<Track> Tracks, bool IsSorted = false) : Outcome;

    public sealed record Text(string Value) : Outcome;
}
