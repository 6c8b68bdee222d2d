using System.Numerics;

namespace Muster.Ledger;

/// <summary>
/// The roots of the perfect subtrees at the right border of a growing tree: all that is needed to append, and to know the root.
/// There is one subtree of height h exactly if bit h of <see cref="Size"/> is set.
/// </summary>
sealed class Frontier
{
    readonly byte[]?[] _byHeight = new byte[63][];

    public long Size { get; private set; }

    /// <summary>Appends a leaf; <paramref name="closed"/> is told each subtree whose height is a multiple of 8, which is what tiles hold.</summary>
    public void Append(byte[] leaf, Action<int, byte[]> closed)
    {
        var hash = leaf;
        var height = 0;
        closed(0, hash);
        for (; ((Size >> height) & 1) == 1; height++)
        {
            hash = Merkle.Node(_byHeight[height]!, hash);
            _byHeight[height] = null;
            if ((height + 1) % 8 == 0) closed(height + 1, hash);
        }

        _byHeight[height] = hash;
        Size++;
    }

    public byte[] Root()
    {
        byte[]? root = null;
        for (var rest = (ulong)Size; rest != 0; rest &= rest - 1)
        {
            var subtree = _byHeight[BitOperations.TrailingZeroCount(rest)]!;
            root = root is null ? subtree : Merkle.Node(subtree, root);
        }

        return root ?? Merkle.EmptyRoot;
    }

    /// <summary>The frontier of a tree of that size whose perfect subtrees the caller can name by height and index.</summary>
    public static Frontier From(long size, Func<int, long, byte[]?> subtree)
    {
        var frontier = new Frontier { Size = size };
        for (var height = 0; height < 63; height++)
            if (((size >> height) & 1) == 1) frontier._byHeight[height] = subtree(height, (size >> height) - 1);
        return frontier;
    }

    public bool IsWhole => Enumerable.Range(0, 63).All(height => ((Size >> height) & 1) == 0 || _byHeight[height] is not null);

    public Frontier Copy() => From(Size, (height, _) => _byHeight[height]);
}
