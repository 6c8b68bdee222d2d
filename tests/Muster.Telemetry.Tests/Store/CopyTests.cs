using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store;

namespace Muster.Telemetry.Tests.Store;

/// <summary>A copy is asked for all that the store answered when it was made.</summary>
public sealed class CopyTests
{
    static readonly long T = Bench.Start;

    static async Task<Bench> Copied(Bench bench)
    {
        await bench.Store.Snapshot("/copy", Bench.Cancel);
        return Bench.Over(bench, "/copy");
    }

    [Fact]
    public async Task A_copy_answers_as_the_store_did_with_every_sample_and_what_families_say_of_themselves()
    {
        await using var bench = new Bench();
        SealTests.Fill(bench, TimeSpan.FromMinutes(10));
        bench.Put("h", bench.Now, AppendTests.Histogram(7));
        await SealTests.Seal(bench);
        var batch = new SampleBatch();
        batch.Add(batch.Open(Bench.Key("b")), bench.Now, 1);
        batch.Metadata.Add(new("b", "gauge", "How much.", "things"));
        bench.Put(batch);
        bench.Put("b", bench.Now - 5000, StaleMarker.Value);
        var before = bench.Ask();
        await using var copy = await Copied(bench);
        bench.Put("later", bench.Now, 1);
        Assert.True(copy.Store.Recovery.IsClean);
        Assert.Equal(before, copy.Ask());
        Assert.Equal(new MetricMetadata("b", "gauge", "How much.", "things"), Assert.Single(copy.Store.Metadata(null, 0)));
        // It is a store like any other: it takes, seals, and is there after a power cut.
        copy.Put("b", copy.Now, 1);
        copy.Put("c", copy.Now, 2);
        await SealTests.Seal(copy);
        Assert.Contains("c ", copy.Ask(), StringComparison.Ordinal);
        Assert.DoesNotContain("later", copy.Ask(), StringComparison.Ordinal);
        Assert.Contains("later ", bench.Ask(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_lasts_whatever_becomes_of_the_store_and_of_the_power()
    {
        await using var bench = new Bench();
        SealTests.Fill(bench, TimeSpan.FromMinutes(10));
        await SealTests.Seal(bench);
        bench.Put("b", bench.Now, 1);
        var before = bench.Ask();
        await bench.Store.Snapshot("/copy", Bench.Cancel);
        bench.Store.Delete([[]], long.MinValue, long.MaxValue, Bench.Cancel);
        await SealTests.Seal(bench);
        bench.CutPower();
        Assert.Equal("", bench.Ask());
        await using var copy = Bench.Over(bench, "/copy");
        Assert.Equal(before, copy.Ask());
    }

    [Fact]
    public async Task What_is_deleted_and_still_on_the_disk_is_not_to_be_seen_in_a_copy()
    {
        await using var bench = new Bench();
        bench.Put("a", T, 1);
        bench.Put("a", T + 10, 2);
        bench.Put("b", T, 1);
        await SealTests.Seal(bench);
        bench.Store.Delete([[Bench.Named("a")]], T + 5, T + 15, Bench.Cancel);
        await using var copy = await Copied(bench);
        Assert.Equal("a 0=1\nb 0=1", copy.Ask());
    }

    [Fact]
    public async Task A_copy_that_fails_at_any_step_is_refused_and_the_store_goes_on()
    {
        for (var steps = 0; ; steps++)
        {
            await using var bench = new Bench();
            SealTests.Fill(bench, TimeSpan.FromMinutes(5));
            await SealTests.Seal(bench);
            bench.Put("b", bench.Now, 1);
            var before = bench.Ask();
            bench.Files.Changes = steps;
            var failed = await Record.ExceptionAsync(() => bench.Store.Snapshot("/copy", Bench.Cancel));
            bench.Files.Changes = int.MaxValue;
            Assert.Equal(before, bench.Ask());
            bench.Put("c", bench.Now, 1);
            if (failed is null)
            {
                Assert.True(steps > 10);
                return;
            }

            Assert.IsType<IOException>(failed, exactMatch: false);
            // It cannot be opened, or nothing of it is there yet, or all of it is and only its end was not sure.
            Bench? copy = null;
            if (Record.Exception(() => copy = Bench.Over(bench, "/copy")) is { } refused) Assert.Contains("not finished", refused.Message, StringComparison.Ordinal);
            else Assert.Contains(copy!.Ask(), new[] { "", before });
        }
    }
}
