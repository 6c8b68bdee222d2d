using System.Globalization;

namespace Muster.Bench.Telemetry;

/// <summary>Remote write of the same stream into each server, by the seconds of processor time that the server takes for it: log, index, checks and background work included.</summary>
static class IntakeFigures
{
    public static readonly IReadOnlyList<Contest> All =
    [
        .. Both(10_000, scrapes: 240),
        .. Both(100_000, scrapes: 20),
        .. Both(1_000_000, scrapes: 1),
    ];

    static IEnumerable<Contest> Both(int series, int scrapes)
    {
        yield return Of(series, scrapes, new Goal.Times(1), MetricServer.OfVictoria);
        yield return Of(series, scrapes, new Goal.Times(3), MetricServer.OfPrometheus);
    }

    static Contest Of(int series, int scrapes, Goal goal, Func<MetricServer> theirs)
    {
        var victoria = theirs == MetricServer.OfVictoria;
        return new(string.Create(CultureInfo.InvariantCulture, $"remote write, {series:N0} series, beside {(victoria ? "VictoriaMetrics" : "Prometheus")}, a processor second"), goal, "samples", () =>
        {
            var (ours, peer) = (MetricServer.OfMuster(), theirs());
            var (first, second) = (Stream(ours, series, scrapes), Stream(peer, series, scrapes));
            return new(new("Muster", first, ours.Peak) { Elsewhere = true }, new(peer.Name, second, peer.Peak) { Elsewhere = true }, () =>
            {
                ours.Dispose();
                peer.Dispose();
            });
        })
        { Needs = MetricServer.Missing, Rounds = series > 100_000 ? 3 : 5 };
    }

    /// <summary>Each round is so many scrapes more, fifteen seconds of the stream's own time apart.</summary>
    static Func<Sample> Stream(MetricServer server, int series, int scrapes)
    {
        var shape = new NodeShape(series);
        var writer = new RemoteWriter(server.Port);
        var time = (DateTimeOffset.UtcNow - TimeSpan.FromHours(12)).ToUnixTimeMilliseconds() / 15_000 * 15_000;
        var generation = 0;
        return () =>
        {
            var before = server.Cpu();
            for (var scrape = 0; scrape < scrapes; scrape++)
            {
                writer.Send(shape, time);
                shape.Move();
                time += 15_000;
            }

            // One series in a hundred is replaced between rounds.
            shape.Churn(series / 100, ++generation);
            return new((double)series * scrapes, server.Cpu() - before);
        };
    }
}
