using Muster.Telemetry.Store.Blocks;

namespace Muster.Telemetry.Tests.Store;

public sealed class MergingTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(200, 2)]
    [InlineData(300, 0)]
    public void No_more_is_merged_at_a_time_than_an_index_can_hold(int megabytes, int merged)
    {
        var files = new MemoryFiles();
        var blocks = new List<Block>();
        for (var at = 1; at <= 5; at++)
        {
            var name = BlockName.Of(Days.Of(Bench.Start), at);
            var footer = new BlockFooter(0, 0, megabytes << 20, 0, 1, 1, Bench.Start, Bench.Start, at, at, 0, 0).Write();
            files.Change("/blocks/" + name, _ => footer);
            blocks.Add(Block.Open(files, "/blocks", name, static (_, _) => { }));
        }

        foreach (var over in (long[])[0, long.MaxValue]) Assert.Equal(Enumerable.Range(1, merged).Select(static at => (long)at), Merging.Next(blocks, over).Select(static block => block.LastGeneration));
    }
}
