// Writes to the store of the folder in args[0] until it is killed, or until the disk is full, and prints each acknowledged batch: the first of its
// numbers and how many. The number to begin with is args[1], the time of number 0 is args[2], the longest log args[3]. A sample's time and value follow from its number. Started by the crash tests, which kill it at any moment and then ask for
// everything that was printed. Seals and merges all the time.

using System.Globalization;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store;

var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = false };
var next = long.Parse(args[1], CultureInfo.InvariantCulture);
var start = long.Parse(args[2], CultureInfo.InvariantCulture);
await using var store = MetricStore.Open(args[0], new() { MaxLogBytes = long.Parse(args[3], CultureInfo.InvariantCulture) }, TimeProvider.System);
_ = Task.Run(async () =>
{
    while (true) await store.Tend(CancellationToken.None);
});
var batch = new SampleBatch();
for (var round = 0; ; round++)
{
    batch.Clear();
    var count = 1 + (round * 7 % 90);
    for (var at = 0; at < count; at++)
    {
        var number = next + at;
        var key = SeriesKey.Of(Labels.Of((Labels.MetricName, "m"), ("i", (number % 13).ToString(CultureInfo.InvariantCulture)), ("part", (number / 2000).ToString(CultureInfo.InvariantCulture))));
        batch.Add(batch.Open(key), start + number, number);
    }

    try { await store.Append(batch, durable: round % 50 == 49, CancellationToken.None); }
    catch (StoreUnavailable unavailable) when (unavailable.Message.Contains("as fast as it comes", StringComparison.Ordinal))
    {
        await store.Tend(CancellationToken.None);
        continue;
    }
    catch (StoreUnavailable)
    {
        output.WriteLine("full");
        output.Flush();
        return 1;
    }

    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{next} {count}"));
    output.Flush();
    next += count;
}
