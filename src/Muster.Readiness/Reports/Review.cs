using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>What is laid before those who sign: the decision as it stands, and what a signer needs beside it. A page shows it, and the page follows from it alone.</summary>
public sealed record Review
{
    public required Decision Decision { get; init; }

    /// <summary>What each part asks, by its name; targets resolved, secrets as the references they are.</summary>
    public required ImmutableSortedDictionary<string, Value> Asked { get; init; }

    /// <summary>Whom the gate asks to sign.</summary>
    public required ImmutableArray<RoleCount> Sign { get; init; }

    /// <summary>The public key (PEM) of the runner that made it. That it is believed is not said by this.</summary>
    public required string Runner { get; init; }

    /// <summary>The same key as people compare it.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Version of the program, which drew the page.</summary>
    public required string By { get; init; }
}
