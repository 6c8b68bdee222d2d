using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>Where controls stand in files, for reports that point there; paths relative to the root of the source tree, with "/".</summary>
/// <param name="Controls">By id.</param>
/// <param name="Otherwise">For what stands in no file of the document's writer.</param>
public sealed record Places(ImmutableSortedDictionary<string, Place> Controls, Place Otherwise)
{
    public static readonly Places None = new(ImmutableSortedDictionary<string, Place>.Empty, new("muster.yaml", 1, 1));

    public Place Of(string control) => Controls.GetValueOrDefault(control) ?? Otherwise;
}
