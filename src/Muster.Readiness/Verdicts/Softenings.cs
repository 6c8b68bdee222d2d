using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>One way in which a document became easier to satisfy: what, and from what to what.</summary>
public sealed record Softening(string Subject, string Says);

/// <summary>Law 7: the audited may not soften the gate in silence. Whatever is not provably as strict as before is a softening.</summary>
public static class Softenings
{
    public static ImmutableArray<Softening> Between(Document before, Document after, string gate) => [];
}
