using System.Collections.Immutable;

namespace Muster.Ledger;

/// <summary>An entry's audit path in the tree of that size; the leaf's sibling first.</summary>
public sealed record InclusionProof(long Index, long Size, ImmutableArray<byte[]> Hashes);

/// <summary>That the first tree is a prefix of the second.</summary>
public sealed record ConsistencyProof(long First, long Second, ImmutableArray<byte[]> Hashes);
