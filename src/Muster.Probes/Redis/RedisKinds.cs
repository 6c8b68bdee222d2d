using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>The kinds of this family.</summary>
static class RedisKinds
{
    public static readonly ImmutableArray<ProbeKind> All = [RedisAclKind.Entry, RedisAclMatrixKind.Entry, RedisConfigKind.Entry];
}
