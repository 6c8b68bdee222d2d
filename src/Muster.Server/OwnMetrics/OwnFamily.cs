using Muster.Telemetry.Series;

namespace Muster.Server.OwnMetrics;

/// <param name="Name">Of the family: a counter's samples end in <c>_total</c> beside it.</param>
/// <param name="Kind">counter, gauge or histogram.</param>
sealed record OwnFamily(string Name, string Kind, string Help, IReadOnlyList<OwnSample> Samples);

/// <param name="Suffix">What stands behind the family's name.</param>
/// <param name="Project">Whose it is; null: the process's.</param>
sealed record OwnSample(string Suffix, IReadOnlyList<Label> Labels, double Value, string? Project = null);
