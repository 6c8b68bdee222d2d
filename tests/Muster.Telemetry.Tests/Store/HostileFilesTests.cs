using Muster.Telemetry.Store.Blocks;
using Muster.Telemetry.Store.Disk;

namespace Muster.Telemetry.Tests.Store;

/// <summary>Files whose checksums are right and whose content is not: a copy that was restored from somebody else.</summary>
public sealed class HostileFilesTests
{
    const string Name = "20261128-0000000001.block";

    static readonly long T = Bench.Start;

    [Theory]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(-1, 100)]
    [InlineData(0, -1)]
    [InlineData(0, int.MaxValue)]
    public async Task A_footer_that_tells_of_an_index_that_cannot_be_is_refused(int stored, int length)
    {
        await using var bench = new Bench();
        Place(bench, new BlockFooter(-(long)stored, stored, length, 0, 1, 1, T, T, 1, 1, 0, 0).Write());
        Assert.Equal("", bench.Ask());
        Assert.Contains(bench.Store.Recovery.Findings, one => one.Contains(Name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, int.MaxValue)]
    [InlineData(-5, 100)]
    [InlineData(long.MaxValue, 100)]
    [InlineData(0, -100)]
    public async Task A_chunk_that_lies_nowhere_is_left_out_and_takes_no_memory(long at, int length)
    {
        await using var bench = new Bench();
        var index = new BlockIndexWriter();
        index.Add(Bench.Key("a"), [new(at, length, T, T, 1, false)]);
        Place(bench, Whole(index.Finish(), 1));
        Assert.DoesNotContain("=", bench.Ask(), StringComparison.Ordinal);
        Assert.NotEmpty(bench.Store.Problems);
    }

    [Fact]
    public async Task Any_index_whose_checksum_is_right_is_read_or_told()
    {
        var random = new Random(5);
        await using var bench = new Bench();
        SealTests.Fill(bench, TimeSpan.FromMinutes(20));
        bench.Put("other", bench.Now, 1, ("zone", "x"), ("text", new string('x', 200)));
        await SealTests.Seal(bench);
        var path = bench.Files.Paths.Single(one => one.EndsWith(".block", StringComparison.Ordinal));
        var whole = bench.Files.Read(path);
        BlockFooter footer;
        using (var file = bench.Files.Open(path)) footer = BlockFooter.Read(file);
        var chunks = whole[..(int)footer.IndexAt];
        var index = new byte[footer.IndexLength];
        Assert.True(System.IO.Compression.BrotliDecoder.TryDecompress(whole.AsSpan((int)footer.IndexAt, footer.IndexStored), index, out _) || index.Length == footer.IndexStored);
        if (index.Length == footer.IndexStored) index = whole[(int)footer.IndexAt..^BlockFooter.Length];
        for (var round = 0; round < 2000; round++)
        {
            var changed = round % 2 == 0 ? Mutation.Of(index, random) : Changed(index, random);
            byte[] block = [.. chunks, .. changed, .. (footer with { IndexStored = changed.Length, IndexLength = changed.Length, IndexSum = Crc.Of(changed) }).Write()];
            bench.Files.Change(path, _ => block);
            bench.Kill();
            bench.Ask();
            bench.Ask(Bench.Named("m"));
            bench.Ask(new Muster.Telemetry.Series.Matcher("i", Muster.Telemetry.Series.MatchKind.NotRegex, "1|2.*"));
            bench.Store.LabelNames([], long.MinValue, long.MaxValue, 0, Bench.Cancel);
            bench.Store.LabelValues("i", [], long.MinValue, long.MaxValue, 0, Bench.Cancel);
            bench.Put("m", bench.Now, 1, ("i", "3"));
        }
    }

    [Fact]
    public async Task A_manifest_names_blocks_of_its_own_folder_only()
    {
        await using var bench = new Bench(new() { Retention = TimeSpan.FromDays(2) });
        const string Elsewhere = "20200101-1/../../../victim";
        bench.Files.Change("/store/blocks/" + Elsewhere, static _ => [1]);
        new Manifest(0, 1, [Elsewhere]).Write(bench.Files, "/store");
        bench.Kill();
        bench.Put("a", bench.Now, 1);
        await SealTests.Seal(bench);
        Assert.Contains("/store/blocks/" + Elsewhere, bench.Files.Paths);
        Assert.Contains(bench.Store.Recovery.Findings, one => one.Contains("manifest", StringComparison.Ordinal));
    }

    static byte[] Changed(byte[] index, Random random)
    {
        var bytes = index.ToArray();
        bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }

    static byte[] Whole(byte[] index, int series) =>
        [.. new byte[200], .. index, .. new BlockFooter(200, index.Length, index.Length, Crc.Of(index), series, series, T, T, 1, 1, 0, 0).Write()];

    static void Place(Bench bench, byte[] block)
    {
        bench.Files.Change("/store/blocks/" + Name, _ => block);
        new Manifest(0, 2, [Name]).Write(bench.Files, "/store");
        bench.Kill();
    }
}
