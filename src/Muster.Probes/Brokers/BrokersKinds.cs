using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>The kinds of this family.</summary>
static class BrokersKinds
{
    public static readonly ImmutableArray<ProbeKind> All = [BrokerHealthKind.Entry, BrokerCanaryKind.Entry, BrokerRequestKind.Entry];
}
