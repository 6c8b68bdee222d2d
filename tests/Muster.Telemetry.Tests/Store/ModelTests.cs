using System.Globalization;
using System.Text;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store;

namespace Muster.Telemetry.Tests.Store;

/// <summary>Whatever is done to a store, in whatever order, it answers as a dictionary would.</summary>
public sealed class ModelTests
{
    const int Names = 6;

    readonly SortedDictionary<long, string>[] _expected = [.. Enumerable.Range(0, Names).Select(_ => new SortedDictionary<long, string>())];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_store_answers_as_a_dictionary_would(int seed)
    {
        var random = new Random(seed);
        await using var bench = new Bench(new() { MaxLogBytes = 3000, OutOfOrderWindow = TimeSpan.FromDays(10) });
        for (var step = 0; step < 400; step++)
        {
            switch (random.Next(14))
            {
                case < 8: Append(bench, random); break;
                case 8: bench.Clock.Pass(TimeSpan.FromMinutes(random.Next(200))); break;
                case 9: await Tend(bench, random); break;
                case 10: bench.Kill(); break;
                case 11: bench.CutPower(); break;
                case 12: await bench.Restart(); break;
                default: Delete(bench, random); break;
            }

            if (step % 5 == 0) Assert.Equal(Expected(long.MinValue, long.MaxValue), Told(bench.Ask()));
            var from = bench.Now - random.Next(40_000_000);
            var to = from + random.Next(40_000_000);
            Assert.Equal(Expected(from, to), Told(bench.Ask(from, to)));
        }

        Assert.All(bench.Store.Problems, problem => Assert.Matches("the disk does not answer$|No space left on device$", problem));
    }

    /// <summary>Often the disk fails within it, or is full.</summary>
    static async Task Tend(Bench bench, Random random)
    {
        if (random.Next(3) == 0) bench.Files.Changes = random.Next(60);
        else if (random.Next(3) == 0) bench.Files.Room = random.Next(2000);
        await bench.Tend();
        bench.Files.Changes = int.MaxValue;
        bench.Files.Room = long.MaxValue;
    }

    void Append(Bench bench, Random random)
    {
        var batch = new SampleBatch();
        var expected = new List<(int Name, long Time, string Text)>();
        for (var count = random.Next(1, 12); count > 0; count--)
        {
            var name = random.Next(Names);
            var time = bench.Now - (random.Next(4) == 0 ? random.Next(20_000_000) / 1_000_000 * 1_000_000 : random.Next(500));
            var value = random.Next(3);
            var series = batch.Open(Bench.Key("m", ("i", $"{name}")));
            if (random.Next(4) == 0) batch.Add(series, time, AppendTests.Histogram(value + 2));
            else batch.Add(series, time, value);
            expected.Add((name, time, batch.Histograms.Count > 0 && batch.Histograms[^1].Key == batch.Count - 1 ? $"h{value + 2}" : $"{value}"));
        }

        Appended outcome;
        if (random.Next(4) == 0) bench.Files.Room = random.Next(400);
        try { outcome = bench.Put(batch, durable: true); }
        catch (StoreUnavailable) { return; }
        finally { bench.Files.Room = long.MaxValue; }
        var (accepted, refused) = (0, 0);
        foreach (var (name, time, text) in expected)
        {
            if (_expected[name].TryAdd(time, text) || _expected[name][time] == text) accepted++;
            else refused++;
        }

        Assert.Equal((accepted, refused), (outcome.Accepted, outcome.Rejected.GetValueOrDefault(Refused.DuplicateOtherValue)));
    }

    void Delete(Bench bench, Random random)
    {
        var name = random.Next(Names);
        var from = bench.Now - random.Next(20_000_000);
        var to = from + random.Next(10_000_000);
        if (random.Next(3) == 0) bench.Files.Room = random.Next(100);
        try { bench.Store.Delete([[Bench.Named("m"), new("i", MatchKind.Equal, $"{name}")]], from, to, Bench.Cancel); }
        catch (StoreUnavailable) { return; }
        finally { bench.Files.Room = long.MaxValue; }
        foreach (var time in _expected[name].Keys.Where(time => time >= from && time <= to).ToArray()) _expected[name].Remove(time);
    }

    /// <summary>Without series that have no samples there: one that several deletions hide together may be named.</summary>
    static string Told(string answer) => string.Join('\n', answer.Split('\n').Where(line => line.Contains(' ', StringComparison.Ordinal)));

    string Expected(long from, long to)
    {
        var lines = new List<string>();
        for (var name = 0; name < Names; name++)
        {
            var line = new StringBuilder($"m{{i=\"{name}\"}}");
            var any = false;
            foreach (var (time, text) in _expected[name])
            {
                if (time < from || time > to) continue;
                line.Append(CultureInfo.InvariantCulture, $" {time - Bench.Start}={text}");
                any = true;
            }

            if (any) lines.Add(line.ToString());
        }

        return string.Join('\n', lines);
    }
}
