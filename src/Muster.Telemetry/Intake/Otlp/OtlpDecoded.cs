namespace Muster.Telemetry.Intake.Otlp;

/// <summary>What became of the points of a request while it was read.</summary>
public sealed record OtlpDecoded(int Points, int Refused, IReadOnlyList<string> First);
