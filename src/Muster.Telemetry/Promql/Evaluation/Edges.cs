namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>Where the windows of a range end and how wide they are, in milliseconds.</summary>
/// <param name="To">End of the first, included.</param>
/// <param name="Step">From one end to the next; 0: all are the same.</param>
readonly record struct Edges(long To, long Step, long Range);
