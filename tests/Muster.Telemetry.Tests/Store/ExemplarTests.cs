using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store;
using Muster.Telemetry.Store.Reading;

namespace Muster.Telemetry.Tests.Store;

public sealed class ExemplarTests
{
    static readonly long T = Bench.Start;

    [Fact]
    public async Task Exemplars_outlive_the_log_they_came_in_through_a_power_cut_and_into_a_snapshot()
    {
        await using var bench = new Bench();
        Put(bench, "a", T, "1");
        await SealTests.Seal(bench);
        Put(bench, "a", bench.Now, "2");
        Put(bench, "b", bench.Now, "3");
        Assert.Equal("1 2 3", Ask(bench));
        bench.CutPower();
        Assert.Equal("1 2 3", Ask(bench));
        await SealTests.Seal(bench);
        await bench.Store.Snapshot("/copy", Bench.Cancel);
        bench.CutPower();
        Assert.Equal("1 2 3", Ask(bench));
        Assert.True(bench.Store.Recovery.IsClean);
        await using var copy = MetricStore.Open("/copy", bench.Options, bench.Clock, bench.Files, background: false);
        Assert.Equal(3, copy.Exemplars([], long.MinValue, long.MaxValue, 0, Bench.Cancel).Count);
    }

    [Fact]
    public async Task A_deletion_goes_for_exemplars_too_wherever_they_stand()
    {
        await using var bench = new Bench();
        Put(bench, "a", T, "1");
        Put(bench, "b", T, "2");
        await SealTests.Seal(bench);
        var later = bench.Now;
        Put(bench, "a", later, "3");
        bench.Store.Delete([[Bench.Named("a")]], long.MinValue, long.MaxValue, Bench.Cancel);
        Assert.Equal("2", Ask(bench));
        Put(bench, "a", later, "4");
        Assert.Equal("2 4", Ask(bench));
        bench.Kill();
        Assert.Equal("2 4", Ask(bench));
        await SealTests.Seal(bench);
        await bench.Tend();
        Assert.Empty(bench.Store.View.Deletions);
        bench.CutPower();
        Assert.Equal("2 4", Ask(bench));
    }

    [Fact]
    public async Task A_deletion_that_leaves_no_exemplar_leaves_none_after_it_is_forgotten()
    {
        await using var bench = new Bench();
        Put(bench, "a", T, "1");
        await SealTests.Seal(bench);
        bench.Store.Delete([[Bench.Named("a")]], long.MinValue, long.MaxValue, Bench.Cancel);
        bench.Kill();
        await bench.Tend();
        await bench.Tend();
        Assert.Empty(bench.Store.View.Deletions);
        bench.CutPower();
        Assert.Equal("", Ask(bench));
    }

    [Fact]
    public async Task Any_bytes_for_the_file_of_exemplars_are_read_or_told()
    {
        var random = new Random(13);
        await using var bench = new Bench();
        for (var at = 0; at < 20; at++) Put(bench, $"a{at % 3}", T + at, $"{at}");
        await SealTests.Seal(bench);
        const string Path = "/store/" + ExemplarFile.Name;
        var whole = bench.Files.Read(Path);
        for (var round = 0; round < 500; round++)
        {
            bench.Files.Change(Path, _ => Mutation.Of(whole, random));
            bench.Kill();
            Assert.True(bench.Store.Recovery.IsClean == (Ask(bench).Length > 0));
            var changed = Mutation.Of(whole.AsSpan(0, whole.Length - 4), random);
            try { ExemplarFile.Read([.. changed, .. BitConverter.GetBytes(Muster.Telemetry.Store.Disk.Crc.Of(changed))]); }
            catch (InvalidDataException) { }
        }
    }

    [Fact]
    public async Task Without_room_for_exemplars_the_head_is_sealed_all_the_same()
    {
        await using var bench = new Bench();
        Put(bench, "a", T, "1");
        bench.Files.Before = static path =>
        {
            if (path.Contains("exemplars", StringComparison.Ordinal)) throw new IOException("No space left on device");
        };
        await SealTests.Seal(bench);
        Assert.Equal(1, bench.Store.Statistics().Blocks);
        Assert.Contains(bench.Store.Problems, one => one.Contains("exemplars", StringComparison.Ordinal));
        bench.Files.Before = null;
    }

    static void Put(Bench bench, string name, long time, string trace)
    {
        var batch = new SampleBatch();
        var series = batch.Open(Bench.Key(name));
        batch.Add(series, time, 1);
        batch.Exemplars.Add(new(series, time, 0.5, Labels.Of(("trace_id", trace))));
        bench.Put(batch, durable: true);
    }

    static string Ask(Bench bench) => string.Join(' ', bench.Store.Exemplars([], long.MinValue, long.MaxValue, 0, Bench.Cancel).Select(static one => one.Exemplar.Labels["trace_id"]));
}
