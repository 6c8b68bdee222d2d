using System.Numerics;
using System.Security.Cryptography;

namespace Muster.Ledger;

/// <summary>Merkle tree hashes and the verification of proofs, RFC 6962 section 2.1 and RFC 9162 sections 2.1.3.2 and 2.1.4.2. SHA-256 throughout.</summary>
public static class Merkle
{
    public const int HashLength = 32;

    /// <summary>No proof in a tree that a 63-bit size can count has more.</summary>
    public const int LongestProof = 63 * 2;

    /// <summary>The root of the tree without entries.</summary>
    public static byte[] EmptyRoot => SHA256.HashData([]);

    /// <summary>SHA-256 of 0x00 and the entry, so that no entry can pose as an inner node.</summary>
    public static byte[] Leaf(ReadOnlySpan<byte> entry)
    {
        const int small = 8 * 1024;
        var length = entry.Length + 1;
        Span<byte> prefixed = length <= small ? stackalloc byte[small] : new byte[length];
        prefixed[0] = 0;
        entry.CopyTo(prefixed[1..]);
        return SHA256.HashData(prefixed[..length]);
    }

    /// <summary>SHA-256 of 0x01, the left and the right hash.</summary>
    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> both = stackalloc byte[1 + 2 * HashLength];
        both[0] = 1;
        left.CopyTo(both[1..]);
        right.CopyTo(both[(1 + HashLength)..]);
        return SHA256.HashData(both);
    }

    /// <summary>True if the leaf stands at the index of the tree of that size and root. Anything malformed is false.</summary>
    public static bool Includes(long index, long size, ReadOnlySpan<byte> leaf, IReadOnlyList<byte[]> proof, ReadOnlySpan<byte> root)
    {
        if (index < 0 || index >= size || leaf.Length != HashLength || !WellFormed(proof)) return false;
        var inner = InnerLength(index, size);
        if (proof.Count != inner + BitOperations.PopCount((ulong)(index >> inner))) return false;
        var hash = leaf.ToArray();
        for (var i = 0; i < proof.Count; i++)
            hash = i < inner && ((index >> i) & 1) == 0 ? Node(hash, proof[i]) : Node(proof[i], hash);
        return root.SequenceEqual(hash);
    }

    /// <summary>True if the tree of the first size and root is a prefix of the second. From an empty tree nothing can be proven: false.</summary>
    public static bool Extends(long first, ReadOnlySpan<byte> firstRoot, long second, ReadOnlySpan<byte> secondRoot, IReadOnlyList<byte[]> proof)
    {
        if (first <= 0 || second < first || !WellFormed(proof)) return false;
        if (first == second) return proof.Count == 0 && firstRoot.SequenceEqual(secondRoot);
        if (proof.Count == 0) return false;
        var node = first - 1;
        var shift = BitOperations.TrailingZeroCount((ulong)first);
        var whole = first == 1L << shift; // the first tree is one perfect subtree, so its root is the seed
        var inner = InnerLength(node, second) - shift;
        var start = whole ? 0 : 1;
        if (proof.Count != start + inner + BitOperations.PopCount((ulong)(node >> (inner + shift)))) return false;
        var seed = whole ? firstRoot.ToArray() : proof[0];
        byte[] was = seed, becomes = seed;
        for (var i = 0; i < proof.Count - start; i++)
        {
            var hash = proof[start + i];
            if (i < inner && ((node >> (shift + i)) & 1) == 0)
            {
                becomes = Node(becomes, hash);
                continue;
            }

            was = Node(hash, was);
            becomes = Node(hash, becomes);
        }

        return firstRoot.SequenceEqual(was) && secondRoot.SequenceEqual(becomes);
    }

    /// <summary>How many steps of the path from the leaf stay below the right border of the tree.</summary>
    static int InnerLength(long index, long size) => 64 - BitOperations.LeadingZeroCount((ulong)(index ^ (size - 1)));

    static bool WellFormed(IReadOnlyList<byte[]> proof) => proof.Count <= LongestProof && proof.All(hash => hash.Length == HashLength);
}
