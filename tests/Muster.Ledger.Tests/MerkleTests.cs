using System.Text;

namespace Muster.Ledger.Tests;

public class MerkleTests
{
    /// <summary>The eight leaves of Certificate Transparency's own reference test, RFC 6962.</summary>
    static readonly byte[][] Leaves = [.. new[] { "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f" }.Select(Convert.FromHexString)];

    static readonly string[] Roots =
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void Roots_are_those_of_the_reference_tree()
    {
        var frontier = new Frontier();
        for (var i = 0; i < Leaves.Length; i++)
        {
            frontier.Append(Merkle.Leaf(Leaves[i]), (_, _) => { });
            Assert.Equal(Roots[i], Convert.ToHexStringLower(frontier.Root()));
        }

        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Convert.ToHexStringLower(new Frontier().Root()));
    }

    [Fact]
    public void Every_inclusion_proof_of_every_tree_up_to_70_holds_and_none_holds_for_anything_else()
    {
        var leaves = Enumerable.Range(0, 70).Select(i => Merkle.Leaf(Encoding.ASCII.GetBytes($"{i}"))).ToArray();
        for (var size = 1; size <= leaves.Length; size++)
        {
            var root = Proofs.Hash(0, size, Subtree);
            for (var index = 0; index < size; index++)
            {
                var proof = Proofs.Inclusion(index, size, Subtree);
                Assert.True(Merkle.Includes(index, size, leaves[index], proof, root));
                Assert.False(Merkle.Includes(index, size, leaves[(index + 1) % leaves.Length], proof, root));
                Assert.False(Merkle.Includes((index + 1) % size, size, leaves[index], proof, root) && size > 1);
                Assert.False(Merkle.Includes(index, size, leaves[index], [.. proof, root], root));
                if (proof.Count > 0) Assert.False(Merkle.Includes(index, size, leaves[index], proof[..^1], root));
            }
        }

        byte[] Subtree(int height, long index) => height == 0 ? leaves[index] : Merkle.Node(Subtree(height - 1, 2 * index), Subtree(height - 1, 2 * index + 1));
    }

    [Fact]
    public void Every_consistency_proof_of_every_pair_up_to_40_holds_and_none_for_another_root()
    {
        var leaves = Enumerable.Range(0, 40).Select(i => Merkle.Leaf(Encoding.ASCII.GetBytes($"{i}"))).ToArray();
        for (var second = 1; second <= leaves.Length; second++)
        {
            var root = Proofs.Hash(0, second, Subtree);
            for (var first = 1; first <= second; first++)
            {
                var proof = Proofs.Consistency(first, second, Subtree);
                var was = Proofs.Hash(0, first, Subtree);
                Assert.True(Merkle.Extends(first, was, second, root, proof));
                Assert.False(Merkle.Extends(first, root, second, root, proof) && first != second);
                Assert.False(Merkle.Extends(first, was, second, was, proof) && first != second);
                Assert.False(Merkle.Extends(first, was, second, root, [.. proof, root]));
            }
        }

        byte[] Subtree(int height, long index) => height == 0 ? leaves[index] : Merkle.Node(Subtree(height - 1, 2 * index), Subtree(height - 1, 2 * index + 1));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(1, 1)]
    [InlineData(0, 0)]
    [InlineData(long.MaxValue, long.MaxValue)]
    [InlineData(0, long.MinValue)]
    public void An_index_outside_of_the_tree_is_never_included(long index, long size) => Assert.False(Merkle.Includes(index, size, new byte[32], [], new byte[32]));
}
