using System.Collections.Immutable;
using System.Net;

namespace Muster.Probes;

/// <summary>
/// Where Muster may connect to, beside the ranges that it never may. The default suits a user's own machine: private and loopback addresses are allowed.
/// </summary>
public sealed record GuardRules
{
    public static readonly GuardRules Default = new();

    /// <summary>The only networks that are allowed; null allows all that is neither denied nor never allowed. A deployed server must name them.</summary>
    public ImmutableArray<IPNetwork>? Allowed { get; init; }

    /// <summary>Networks that are refused though they are allowed.</summary>
    public ImmutableArray<IPNetwork> Denied { get; init; } = [];
}
