using System.Numerics;

namespace Muster.Ledger;

/// <summary>Makes proofs from the hashes of perfect subtrees. <c>subtree(height, index)</c> covers leaves [index·2^height, (index+1)·2^height).</summary>
static class Proofs
{
    /// <summary>RFC 6962 PATH(index, D[size]), leaf's sibling first.</summary>
    public static List<byte[]> Inclusion(long index, long size, Func<int, long, byte[]> subtree)
    {
        var path = new List<byte[]>();
        Walk(0, size);
        return path;

        void Walk(long from, long to)
        {
            if (to - from == 1) return;
            var middle = from + Split(to - from);
            if (index < middle)
            {
                Walk(from, middle);
                path.Add(Hash(middle, to, subtree));
            }
            else
            {
                Walk(middle, to);
                path.Add(Hash(from, middle, subtree));
            }
        }
    }

    /// <summary>RFC 6962 PROOF(first, D[second]).</summary>
    public static List<byte[]> Consistency(long first, long second, Func<int, long, byte[]> subtree)
    {
        var path = new List<byte[]>();
        if (first > 0 && first < second) Walk(0, second, whole: true);
        return path;

        void Walk(long from, long to, bool whole)
        {
            if (first == to)
            {
                if (!whole) path.Add(Hash(from, to, subtree));
                return;
            }

            var middle = from + Split(to - from);
            if (first <= middle)
            {
                Walk(from, middle, whole);
                path.Add(Hash(middle, to, subtree));
            }
            else
            {
                Walk(middle, to, whole: false);
                path.Add(Hash(from, middle, subtree));
            }
        }
    }

    /// <summary>The root over leaves [from, to), where from is a multiple of the largest power of two below the width, as RFC 6962's splits are.</summary>
    public static byte[] Hash(long from, long to, Func<int, long, byte[]> subtree)
    {
        var width = to - from;
        if (BitOperations.IsPow2(width))
        {
            var height = BitOperations.Log2((ulong)width);
            return subtree(height, from >> height);
        }

        var middle = from + Split(width);
        return Merkle.Node(Hash(from, middle, subtree), Hash(middle, to, subtree));
    }

    /// <summary>The largest power of two smaller than the width.</summary>
    static long Split(long width) => 1L << BitOperations.Log2((ulong)(width - 1));
}
