using System.Globalization;
using System.Text.Json;

namespace Muster.Bench.Telemetry;

/// <summary>What samples cost once they are there: bytes on disk after each server has made them small in its own way, and the processor's time while nothing is asked.</summary>
static class RestFigures
{
    const int Series = 1000;
    static readonly TimeSpan Kept = TimeSpan.FromDays(1), Pace = TimeSpan.FromSeconds(15), Idle = TimeSpan.FromSeconds(30);

    public static readonly IReadOnlyList<Contest> All =
    [
        Size(MetricServer.OfVictoria, "VictoriaMetrics", new Goal.NoMoreThan(0.8)),
        Size(MetricServer.OfPrometheus, "Prometheus", new Goal.NoMoreThan(0.8)),
        Quiet(MetricServer.OfVictoria, "VictoriaMetrics"),
        Quiet(MetricServer.OfPrometheus, "Prometheus"),
    ];

    static Contest Size(Func<MetricServer> theirs, string name, Goal goal) => new(string.Create(CultureInfo.InvariantCulture, $"a day of {Series:N0} series at rest, indexes included, beside {name}"), goal, null, () =>
    {
        var (ours, peer) = (MetricServer.OfMuster(), theirs());
        var samples = Fill(ours, Series, Kept, Pace);
        Fill(peer, Series, Kept, Pace);
        return new(new("Muster", () => new(samples, Snapshot(ours)), ours.Peak) { Elsewhere = true }, new(peer.Name, () => new(samples, Snapshot(peer)), peer.Peak) { Elsewhere = true }, () =>
        {
            ours.Dispose();
            peer.Dispose();
        });
    })
    { Needs = MetricServer.Missing, Rounds = 1, Warm = false, Measures = "bytes a sample" };

    static Contest Quiet(Func<MetricServer> theirs, string name) => new($"a minute in which nothing comes and nobody asks, 10,000 series held, beside {name}", new Goal.None(), null, () =>
    {
        var (ours, peer) = (MetricServer.OfMuster(), theirs());
        foreach (var server in (MetricServer[])[ours, peer]) Fill(server, 10_000, TimeSpan.FromMinutes(15), Pace);
        Thread.Sleep(TimeSpan.FromSeconds(10));
        return new(new("Muster", () => Waited(ours), ours.Peak) { Elsewhere = true }, new(peer.Name, () => Waited(peer), peer.Peak) { Elsewhere = true }, () =>
        {
            ours.Dispose();
            peer.Dispose();
        });
    })
    { Needs = MetricServer.Missing, Rounds = 2, Warm = false };

    static Sample Waited(MetricServer server)
    {
        var before = server.Cpu();
        Thread.Sleep(Idle);
        return new(Idle.TotalMinutes, server.Cpu() - before);
    }

    /// <summary>The stream of <see cref="NodeShape"/> up to now.</summary>
    public static long Fill(MetricServer server, int series, TimeSpan kept, TimeSpan pace)
    {
        var shape = new NodeShape(series);
        using var writer = new RemoteWriter(server.Port);
        var end = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 15_000 * 15_000;
        var scrapes = (int)(kept / pace);
        for (var left = scrapes - 1; left >= 0; left--)
        {
            writer.Send(shape, end - (left * (long)pace.TotalMilliseconds));
            shape.Move();
        }

        return (long)series * scrapes;
    }

    /// <summary>Bytes of a backup that the server makes: what it holds in memory or in a log is written into files first.</summary>
    static long Snapshot(MetricServer server)
    {
        using var http = server.Client();
        var isVictoria = server.Name == "VictoriaMetrics";
        if (isVictoria)
        {
            Read(http.GetAsync(new Uri("internal/force_merge", UriKind.Relative)));
            Thread.Sleep(TimeSpan.FromSeconds(20));
        }

        var answer = Read(isVictoria ? http.GetAsync(new Uri("snapshot/create", UriKind.Relative)) : http.PostAsync(new Uri("api/v1/admin/tsdb/snapshot", UriKind.Relative), null));
        var name = (isVictoria ? answer.RootElement.GetProperty("snapshot") : answer.RootElement.GetProperty("data").GetProperty("name")).GetString()!;
        var folder = Path.Combine(server.Folder, server.Name == "Prometheus" ? "data" : "", "snapshots", name);
        return Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Sum(static file => new FileInfo(file).Length);
    }

    static JsonDocument Read(Task<HttpResponseMessage> asked)
    {
        using var answer = asked.GetAwaiter().GetResult();
        var body = answer.Content.ReadAsStringAsync().GetAwaiter().GetResult();
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{(int)answer.StatusCode}: {body}");
        return JsonDocument.Parse(body.Length == 0 ? "{}" : body);
    }
}
