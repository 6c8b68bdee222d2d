using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store;
using Muster.Telemetry.Store.Log;

namespace Muster.Telemetry.Tests.Store;

public sealed class LogTests
{
    const string Path = "/store/log/000000000001.log";

    static readonly long T = Bench.Start;

    [Fact]
    public void What_was_acknowledged_is_there_after_a_kill()
    {
        var bench = new Bench();
        bench.Put("a", T, 1, ("job", "x"));
        bench.Put("a", T + 10, AppendTests.Histogram(3));
        bench.Put("b", T, -0.0);
        bench.Put("b", T - 5, double.MaxValue);
        var before = bench.Ask();
        bench.Kill();
        Assert.True(bench.Store.Recovery.IsClean);
        Assert.Equal(4, bench.Store.Recovery.Samples);
        Assert.Equal(before, bench.Ask());
        bench.Put("b", T + 10, 2);
        bench.Put("c", T + 10, 2);
        before = bench.Ask();
        bench.Kill();
        Assert.Equal(before, bench.Ask());
    }

    [Fact]
    public void A_duplicate_is_known_after_a_kill()
    {
        var bench = new Bench();
        bench.Put("a", T, 1);
        bench.Put("a", T + 10, 2);
        bench.Kill();
        Assert.Equal(1, bench.Put("a", T + 10, 3).Rejected[Refused.DuplicateOtherValue]);
        Assert.Equal(1, bench.Put("a", T, 3).Rejected[Refused.DuplicateOtherValue]);
        Assert.Equal("a 0=1 10=2", bench.Ask());
    }

    [Fact]
    public void A_power_cut_loses_what_was_not_synced_and_nothing_that_was()
    {
        var bench = new Bench();
        Put(bench, T, durable: true);
        Put(bench, T + 10, durable: false);
        bench.CutPower();
        Assert.Equal("a 0=1", bench.Ask());
        Assert.True(bench.Store.Recovery.IsClean);
    }

    [Fact]
    public void A_torn_tail_is_cut_and_told()
    {
        var bench = new Bench();
        bench.Put("a", T, 1);
        var whole = bench.Files.Read(Path).Length;
        bench.Put("a", T + 10, 2);
        var torn = bench.Files.Read(Path).Length - whole - 3;
        bench.Files.Change(Path, bytes => bytes[..^3]);
        bench.Kill();
        Assert.Equal("a 0=1", bench.Ask());
        Assert.Equal(torn, bench.Store.Recovery.TornBytes);
        Assert.Contains("no whole record", Assert.Single(bench.Store.Recovery.Findings), StringComparison.Ordinal);
        Assert.Equal(whole, bench.Files.Read(Path).Length);
        bench.Put("a", T + 20, 3);
        bench.Kill();
        Assert.True(bench.Store.Recovery.IsClean);
        Assert.Equal("a 0=1 20=3", bench.Ask());
    }

    [Fact]
    public void A_torn_tail_of_any_length_loses_only_its_record()
    {
        var bench = new Bench();
        bench.Put("a", T, 1);
        var first = bench.Files.Read(Path).Length;
        bench.Put("a", T + 10, 2, ("job", "x"));
        var whole = bench.Files.Read(Path);
        for (var length = whole.Length - 1; length >= first; length--)
        {
            bench.Files.Change(Path, _ => whole[..length]);
            bench.Kill();
            Assert.Equal("a 0=1", bench.Ask());
        }
    }

    [Fact]
    public async Task A_flipped_bit_in_the_middle_leaves_out_that_record_only_and_is_told()
    {
        var bench = new Bench();
        bench.Put("a", T, 1);
        var first = bench.Files.Read(Path).Length;
        bench.Put("a", T + 10, 2);
        var second = bench.Files.Read(Path).Length;
        bench.Put("a", T + 20, 3);
        var whole = bench.Files.Read(Path);
        for (var bit = first * 8; bit < second * 8; bit += 3)
        {
            var copy = new Bench();
            copy.Put("a", T, 1);
            copy.Files.Change(Path, _ =>
            {
                var bytes = whole.ToArray();
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                return bytes;
            });
            copy.Kill();
            Assert.Equal("a 0=1 20=3", copy.Ask());
            Assert.Equal(1, copy.Store.Recovery.DamagedRecords);
            await copy.Tend();
            copy.Kill();
            Assert.Equal("a 0=1 20=3", copy.Ask());
        }
    }

    [Fact]
    public void Samples_whose_series_stood_in_a_damaged_record_are_counted_as_lost()
    {
        var bench = new Bench();
        bench.Put("a", T, 1);
        bench.Put("a", T + 10, 2);
        bench.Put("b", T + 20, 3);
        bench.Files.Change(Path, bytes =>
        {
            bytes[40] ^= 1;
            return bytes;
        });
        bench.Kill();
        Assert.Equal("b 20=3", bench.Ask());
        Assert.Equal(1, bench.Store.Recovery.LostSamples);
        bench.Put("a", T + 30, 4);
        bench.Put("b", T + 40, 5);
        bench.Kill();
        Assert.Equal("a 30=4\nb 20=3 40=5", bench.Ask());
    }

    [Fact]
    public void A_disk_that_is_full_takes_nothing_and_loses_nothing_and_goes_on_when_there_is_room()
    {
        var bench = new Bench();
        bench.Put("a", T, 1);
        for (var room = 0; room < 40; room += 7)
        {
            bench.Files.Room = room;
            var refused = Assert.Throws<StoreUnavailable>(() => bench.Put("b", T + 10, 2));
            Assert.True(refused.RetryAfter > TimeSpan.Zero);
            Assert.Equal("a 0=1", bench.Ask());
        }

        bench.Files.Room = long.MaxValue;
        bench.Put("c", T + 10, 2);
        bench.Put("b", T + 10, 2);
        Assert.Equal("a 0=1\nb 10=2\nc 10=2", bench.Ask());
        bench.Kill();
        Assert.True(bench.Store.Recovery.IsClean);
        Assert.Equal("a 0=1\nb 10=2\nc 10=2", bench.Ask());
    }

    [Fact]
    public void What_could_not_be_taken_back_at_once_is_taken_back_before_the_next_record()
    {
        var bench = new Bench();
        bench.Put("a", T, 1);
        bench.Files.Room = 5;
        bench.Files.Changes = 1;
        Assert.Throws<StoreUnavailable>(() => bench.Put("b", T, 2));
        bench.Files.Room = long.MaxValue;
        Assert.Throws<StoreUnavailable>(() => bench.Put("b", T, 2));
        bench.Files.Changes = int.MaxValue;
        bench.Put("c", T, 3);
        bench.Kill();
        Assert.True(bench.Store.Recovery.IsClean);
        Assert.Equal("a 0=1\nc 0=3", bench.Ask());
    }

    [Fact]
    public void A_batch_that_was_not_taken_for_want_of_room_is_taken_when_it_comes_again()
    {
        var bench = new Bench();
        bench.Put("a", T, 1);
        bench.Files.Room = 3;
        Assert.Throws<StoreUnavailable>(() => bench.Put("a", T + 10, 2));
        bench.Files.Room = long.MaxValue;
        var taken = bench.Put("a", T + 10, 5);
        Assert.Empty(taken.Rejected);
        Assert.Equal("a 0=1 10=5", bench.Ask());
    }

    [Fact]
    public async Task A_durable_batch_is_not_acknowledged_when_it_cannot_be_synced_and_the_log_is_left_behind()
    {
        var bench = new Bench();
        bench.Files.SyncsFail = true;
        Assert.Throws<StoreUnavailable>(() => Put(bench, T, durable: true));
        bench.Files.SyncsFail = false;
        await bench.Tend();
        bench.CutPower();
        Assert.Equal("a 0=1", bench.Ask());
    }

    [Fact]
    public async Task What_a_failed_sync_may_have_lost_is_not_acknowledged_as_durable_when_it_comes_again()
    {
        var bench = new Bench();
        bench.Files.SyncsFail = true;
        Assert.Throws<StoreUnavailable>(() => Put(bench, T, durable: true));
        bench.Files.SyncsFail = false;
        Assert.Throws<StoreUnavailable>(() => Put(bench, T, durable: true));
        await bench.Tend();
        Put(bench, T, durable: true);
        bench.CutPower();
        Assert.Equal("a 0=1", bench.Ask());
        Put(bench, T + 1, durable: true);
    }

    [Fact]
    public void A_series_with_a_number_that_cannot_be_is_damage_and_makes_no_room()
    {
        var bench = new Bench();
        bench.Put("a", T, 1);
        var record = new LogRecord();
        bench.Files.Change(Path, bytes =>
        {
            foreach (var number in (int[])[1 << 24, 2 << 24])
            {
                record.Begin();
                record.Series(Bench.Key("b"), number);
                bytes = [.. bytes, .. record.Finish()];
            }

            record.Begin();
            record.Series(Bench.Key("c"), 1);
            record.Sample(1, T, 3, null);
            return [.. bytes, .. record.Finish()];
        });
        bench.Kill();
        Assert.Equal("a 0=1\nc 0=3", bench.Ask());
        Assert.Equal(2, bench.Store.Recovery.DamagedRecords);
    }

    [Fact]
    public async Task A_series_whose_labels_are_none_is_damage_and_spoils_no_block()
    {
        var bench = new Bench();
        bench.Put("a", T, 1);
        bench.Files.Change(Path, static bytes =>
        {
            foreach (var key in (byte[][])[[0, 1, 120], [1, 120, 0], [1, 98, 1, 120, 1, 97, 1, 120], [1, 97, 1, 255], []])
            {
                var record = new LogRecord();
                record.Begin();
                record.Series(key, 1);
                record.Sample(1, T, 1, null);
                bytes = [.. bytes, .. record.Finish()];
            }

            var last = new LogRecord();
            last.Begin();
            last.Sample(0, T + 1, 2, null);
            return [.. bytes, .. last.Finish()];
        });
        bench.Kill();
        Assert.Equal(5, bench.Store.Recovery.DamagedRecords);
        await SealTests.Seal(bench);
        Assert.Equal("a 0=1 1=2", bench.Ask());
        Assert.Empty(bench.Store.Problems);
    }

    [Fact]
    public void What_a_sender_wrote_into_a_record_that_is_damaged_is_not_taken_for_a_record()
    {
        var bench = new Bench();
        bench.Put("a", T, 1);
        var (inner, outer) = (new LogRecord(), new LogRecord());
        inner.Begin();
        inner.Series(Bench.Key("forged"), 1);
        inner.Sample(1, T, 3, null);
        outer.Begin();
        outer.Exemplar(0, T, 1, inner.Finish());
        var good = new LogRecord();
        good.Begin();
        good.Sample(0, T + 1, 2, null);
        bench.Files.Change(Path, bytes =>
        {
            var bad = outer.Finish().ToArray();
            bad[30] ^= 1;
            return [.. bytes, .. bad, .. good.Finish()];
        });
        bench.Kill();
        Assert.Equal("a 0=1 1=2", bench.Ask());
        Assert.Equal(1, bench.Store.Recovery.DamagedRecords);
    }

    [Fact]
    public void The_search_behind_damage_ends_whatever_marks_were_written_there_and_nothing_is_cut()
    {
        var bench = new Bench();
        bench.Put("a", T, 1);
        bench.Files.Change(Path, bytes =>
        {
            var marks = new byte[600_000];
            for (var at = 0; at < marks.Length; at += 12)
            {
                System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(marks.AsSpan(at), LogRecord.Mark);
                System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(marks.AsSpan(at + 4), Math.Max(0, marks.Length - at - 40));
            }

            return [.. bytes, .. marks];
        });
        var length = bench.Files.Read(Path).Length;
        bench.Kill();
        Assert.Equal("a 0=1", bench.Ask());
        Assert.Equal((1, 0L), (bench.Store.Recovery.DamagedRecords, bench.Store.Recovery.TornBytes));
        Assert.Equal(length, bench.Files.Read(Path).Length);
        bench.Put("b", T, 1);
        bench.Kill();
        Assert.Equal("a 0=1\nb 0=1", bench.Ask());
    }

    [Fact]
    public void Metadata_and_exemplars_come_back()
    {
        var bench = new Bench();
        var batch = new SampleBatch();
        var a = batch.Open(Bench.Key("a"));
        batch.Add(a, T, 1);
        batch.Exemplars.Add(new(a, T, 0.5, Labels.Of(("trace_id", "abc"))));
        batch.Metadata.Add(new("a", "counter", "Things.", "things"));
        bench.Put(batch);
        bench.Kill();
        Assert.Equal("abc", Assert.Single(bench.Store.Exemplars([Bench.Named("a")], T, T, 0, Bench.Cancel)).Exemplar.Labels["trace_id"]);
        Assert.Equal(new MetricMetadata("a", "counter", "Things.", "things"), bench.Store.Metadata("a", 0).Single());
    }

    [Fact]
    public void Another_holder_is_refused()
    {
        var bench = new Bench();
        Assert.Throws<IOException>(() => MetricStore.Open("/store", new(), bench.Clock, bench.Files, background: false));
    }

    [Fact]
    public void Any_bytes_for_a_log_are_read_to_the_end_or_refused()
    {
        var random = new Random(7);
        var bench = new Bench();
        for (var round = 0; round < 30; round++)
        {
            var batch = new SampleBatch();
            for (var at = 0; at < 20; at++)
            {
                var series = batch.Open(Bench.Key("m", ("i", $"{random.Next(40)}")));
                if (random.Next(5) == 0) batch.Add(series, T + (round * 100) + at, AppendTests.Histogram(random.Next(9)));
                else batch.Add(series, T + (round * 100) + at, random.NextDouble() < 0.5 ? random.Next(100) : random.NextDouble());
            }

            bench.Put(batch);
        }

        var whole = bench.Files.Read(Path);
        for (var round = 0; round < 150; round++)
        {
            bench.Files.Change(Path, _ => Mutation.Of(whole, random));
            bench.Kill();
            bench.Ask();
            bench.Put("after", T, round);
            foreach (var path in bench.Files.Paths.ToArray())
            {
                if (path != Path) bench.Files.Delete(path);
            }
        }
    }

    [Fact]
    public void Every_kind_of_value_comes_back_by_its_bits()
    {
        var bench = new Bench();
        double[] values = [0, -0.0, 1, 1e300, double.Epsilon, double.NaN, BitConverter.Int64BitsToDouble(StaleMarker.Bits), double.NegativeInfinity, 0.1, 123456.789, BitConverter.Int64BitsToDouble(1L << 62)];
        var batch = new SampleBatch();
        for (var at = 0; at < values.Length; at++) batch.Add(batch.Open(Bench.Key("v", ("i", $"{at:d2}"))), T + (at * 7919 * (at % 3 - 1)), values[at]);
        bench.Put(batch);
        bench.Kill();
        var found = bench.Store.Select([Bench.Named("v")], long.MinValue, long.MaxValue, Bench.Cancel).OrderBy(one => one.Labels["i"], StringComparer.Ordinal).Select(one =>
        {
            var into = new SampleBuffer();
            one.Read(long.MinValue, long.MaxValue, into);
            return BitConverter.DoubleToInt64Bits(into.Values[0]);
        });
        Assert.Equal(values.Select(BitConverter.DoubleToInt64Bits), found);
    }

    static void Put(Bench bench, long time, bool durable)
    {
        var batch = new SampleBatch();
        batch.Add(batch.Open(Bench.Key("a")), time, 1);
        bench.Put(batch, durable);
    }
}
