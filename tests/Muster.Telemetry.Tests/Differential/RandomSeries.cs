using System.Globalization;
using System.Text;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Differential;

/// <summary>
/// Three hours of a small fleet. Its times never meet the edge of a window that a query can ask for: whether that edge belongs to the window is
/// what releases of Prometheus differ in.
/// </summary>
static class RandomSeries
{
    public const long Start = 1_700_000_000_000;
    public const long Step = 15_000;
    public const int Steps = 3 * 240;

    public static HeldSource Of(Random random)
    {
        var all = new List<HeldSeries>();
        HeldSeries New(string name, params (string, string)[] labels)
        {
            var series = new HeldSeries(Labels.Of([("__name__", name), .. labels]));
            all.Add(series);
            return series;
        }

        foreach (var job in new[] { "api", "web", "db" })
        {
            Fill(New("limit", ("job", job)), random, _ => random.Next(1, 5) * 1000);
            for (var instance = 0; instance < 3; instance++)
            {
                var where = string.Create(CultureInfo.InvariantCulture, $"{job}-{instance}:9100");
                Fill(New("node_info", ("job", job), ("instance", where), ("version", random.Next(2) == 0 ? "1.2" : "1.3")), random, _ => 1);
                double memory = random.Next(1_000_000);
                Fill(New("memory_bytes", ("job", job), ("instance", where)), random, _ => memory = Math.Max(0, memory + (random.NextDouble() * 8192) - 4096), gaps: 0.1);
                Fill(New("temperature", ("job", job), ("instance", where)), random, _ => random.Next(40) switch { 0 => double.NaN, 1 => double.PositiveInfinity, 2 => -3.5, _ => random.NextDouble() * 90 }, gaps: 0.05);
                foreach (var code in new[] { "200", "404", "500" })
                {
                    double count = 1_000_000 + random.Next(1_000_000);
                    Fill(New("requests_total", ("job", job), ("instance", where), ("code", code)), random, step => count = step > 0 && random.Next(300) == 0 ? 1_000_000 : count + random.Next(50));
                }

                double[] buckets = [0, 0, 0, 0];
                string[] bounds = ["0.1", "0.5", "2.5", "+Inf"];
                var each = bounds.Select(bound => New("latency_bucket", ("job", job), ("instance", where), ("le", bound))).ToArray();
                var (sum, total) = (New("latency_sum", ("job", job), ("instance", where)), New("latency_count", ("job", job), ("instance", where)));
                double seconds = 0;
                for (var step = 0; step < Steps; step++)
                {
                    for (var n = random.Next(5); n > 0; n--)
                    {
                        var at = random.Next(4);
                        seconds += at;
                        for (var bucket = at; bucket < 4; bucket++) buckets[bucket]++;
                    }

                    for (var bucket = 0; bucket < 4; bucket++) each[bucket].Samples.Add((Start + (step * Step) + 7, 1_000_000 + buckets[bucket]));
                    sum.Samples.Add((Start + (step * Step) + 7, seconds));
                    total.Samples.Add((Start + (step * Step) + 7, 1_000_000 + buckets[3]));
                }
            }
        }

        return new(all);
    }

    static void Fill(HeldSeries series, Random random, Func<int, double> value, double gaps = 0)
    {
        var late = random.Next(5);
        var absent = 0;
        for (var step = 0; step < Steps; step++)
        {
            if (absent > 0) absent--;
            else if (random.NextDouble() < gaps / 20) absent = random.Next(40);
            if (absent == 0) series.Samples.Add((Start + (step * Step) + 7 + late, value(step)));
        }
    }

    public static string OpenMetrics(HeldSource source)
    {
        var text = new StringBuilder();
        foreach (var family in source.All.GroupBy(series => series.Labels.Name))
        {
            foreach (var series in family)
            {
                foreach (var (time, value) in series.Samples) text.Append(CultureInfo.InvariantCulture, $"{series.Labels.ToString().Replace(", ", ",", StringComparison.Ordinal)} {Number(value)} {time / 1000}.{time % 1000:000}\n");
            }
        }

        return text.Append("# EOF\n").ToString();
    }

    static string Number(double value) => double.IsNaN(value) ? "NaN" : double.IsInfinity(value) ? (value > 0 ? "+Inf" : "-Inf") : value.ToString("R", CultureInfo.InvariantCulture);
}
