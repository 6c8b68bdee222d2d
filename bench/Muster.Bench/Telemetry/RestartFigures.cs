using System.Diagnostics;
using System.Globalization;

namespace Muster.Bench.Telemetry;

/// <summary>From the start of a process, the last of which was ended as a service is, over seven days of samples to its first answer.</summary>
static class RestartFigures
{
    const int Series = 1000;
    static readonly TimeSpan Kept = TimeSpan.FromDays(7), Pace = TimeSpan.FromSeconds(60);

    public static readonly IReadOnlyList<Contest> All = [Of(MetricServer.OfVictoria, "VictoriaMetrics"), Of(MetricServer.OfPrometheus, "Prometheus")];

    static Contest Of(Func<MetricServer> theirs, string name) => new(string.Create(CultureInfo.InvariantCulture, $"restart over seven days of {Series:N0} series, to the first answer, beside {name}"), new Goal.AtMost(3), null, () =>
    {
        var (ours, peer) = (MetricServer.OfMuster(), theirs());
        foreach (var server in (MetricServer[])[ours, peer]) RestFigures.Fill(server, Series, Kept, Pace);
        // What is not on the disk yet is no part of a restart.
        Thread.Sleep(TimeSpan.FromSeconds(8));
        return new(new("Muster", () => Restarted(ours), ours.Peak) { Elsewhere = true }, new(peer.Name, () => Restarted(peer), peer.Peak) { Elsewhere = true }, () =>
        {
            ours.Dispose();
            peer.Dispose();
        });
    })
    { Needs = MetricServer.Missing, Warm = false };

    static Sample Restarted(MetricServer server)
    {
        var began = server.Restart();
        using var http = server.Client();
        while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(1))
        {
            using var answer = http.GetAsync(new Uri("api/v1/query?query=count(node_load1)&nocache=1", UriKind.Relative)).GetAwaiter().GetResult();
            var body = answer.Content.ReadAsStringAsync().GetAwaiter().GetResult();
            if (body.Contains("\"value\"", StringComparison.Ordinal)) return new(1, Stopwatch.GetElapsedTime(began).TotalSeconds);
            Thread.Sleep(1);
        }

        throw new InvalidOperationException($"{server.Name}: the samples are not there");
    }
}
