using System.Collections.Immutable;
using Muster.Telemetry.Scraping;

namespace Muster.Telemetry.Tests.Scraping;

public sealed class ScrapeSetTests
{
    static ScrapeJob Job(params string[] addresses) => new() { Name = "j", Interval = TimeSpan.FromMilliseconds(50), Targets = [new([.. addresses], ImmutableSortedDictionary<string, string>.Empty)] };

    static ScrapeSet Set(Around around, string folder = "") => new(around.With(folder: folder, time: TimeProvider.System)) { FilesEvery = TimeSpan.FromMilliseconds(20) };

    static async Task<IReadOnlyList<Around.Seen>> Next(Around around, Func<IReadOnlyList<Around.Seen>, bool> wanted)
    {
        while (true)
        {
            var batch = await around.Next();
            if (wanted(batch)) return batch;
        }
    }

    /// <summary>Looks again at each scrape that comes in.</summary>
    static async Task Until(Around around, Func<bool> so)
    {
        while (!so()) await around.Next();
    }

    [Fact]
    public async Task Targets_are_scraped_again_and_again()
    {
        await using var server = new TinyServer(_ => TinyServer.Ok("a 1\n"));
        var around = new Around();
        using var stop = new CancellationTokenSource();
        var running = Set(around).Run(new([Job(server.Address)]), stop.Token);
        var times = new List<long>();
        for (var at = 0; at < 4; at++) times.Add((await around.Next())[0].Time);
        await stop.CancelAsync();
        await running;
        Assert.Equal(times.Distinct().Order(), times);
    }

    [Fact]
    public async Task A_target_that_is_taken_out_is_marked_and_the_others_go_on()
    {
        await using var one = new TinyServer(_ => TinyServer.Ok("a 1\n"));
        await using var two = new TinyServer(_ => TinyServer.Ok("a 1\n"));
        var around = new Around();
        using var stop = new CancellationTokenSource();
        var set = Set(around);
        var running = set.Run(new([Job(one.Address, two.Address)]), stop.Token);
        await Until(around, () => set.Targets.Count == 2 && set.Targets.All(target => target.Health == TargetHealth.Up));

        set.Reload(new([Job(one.Address)]));
        var end = await Next(around, batch => batch.Any(sample => sample.IsStale));
        Assert.Equal(6, end.Count);
        Assert.All(end, sample => Assert.Equal((true, two.Address), (sample.IsStale, sample.Labels["instance"])));
        await Next(around, batch => batch.Any(sample => sample.Labels.Name == "a" && sample.Labels["instance"] == one.Address));
        Assert.Equal(one.Address, Assert.Single(set.Targets).Labels["instance"]);

        await stop.CancelAsync();
        await running;
        while (around.TryNext(out var last)) Assert.DoesNotContain(last!, sample => sample.IsStale);
        Assert.Empty(set.Targets);
    }

    [Fact]
    public async Task A_reload_that_changes_how_a_target_is_asked_ends_none_of_its_series()
    {
        await using var server = new TinyServer(_ => TinyServer.Ok("a 1\n"));
        var around = new Around();
        using var stop = new CancellationTokenSource();
        var set = Set(around);
        var running = set.Run(new([Job(server.Address)]), stop.Token);
        await Next(around, _ => true);
        set.Reload(new([Job(server.Address) with { Timeout = TimeSpan.FromSeconds(3) }]));
        var seen = new List<Around.Seen>();
        while (set.Targets.SingleOrDefault()?.Timeout != TimeSpan.FromSeconds(3) || set.Targets[0].LastScrape is null) seen.AddRange(await around.Next());
        Assert.DoesNotContain(seen, sample => sample.IsStale);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_reload_that_changes_nothing_disturbs_nothing()
    {
        await using var server = new TinyServer(_ => TinyServer.Ok("a 1\n"));
        var around = new Around();
        using var stop = new CancellationTokenSource();
        var set = Set(around);
        var running = set.Run(new([Job(server.Address)]), stop.Token);
        await Next(around, _ => true);
        set.Reload(new([Job(server.Address)]));
        for (var at = 0; at < 3; at++) Assert.DoesNotContain(await Next(around, _ => true), sample => sample.IsStale);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Files_of_targets_are_read_again_when_they_change()
    {
        await using var one = new TinyServer(_ => TinyServer.Ok("a 1\n"));
        await using var two = new TinyServer(_ => TinyServer.Ok("a 1\n"));
        using var folder = new TemporaryFolder();
        folder.Write("one.json", $$$"""[{"targets": ["{{{one.Address}}}"], "labels": {"zone": "x"}}]""");
        var around = new Around();
        using var stop = new CancellationTokenSource();
        var set = Set(around, folder.Path);
        var running = set.Run(new([new() { Name = "j", Interval = TimeSpan.FromMilliseconds(50), TargetFiles = ["*.json"] }]), stop.Token);
        Assert.Equal("x", (await Next(around, _ => true))[0].Labels["zone"]);

        folder.Write("two.json", $$"""[{"targets": ["{{two.Address}}"]}]""");
        await Until(around, () => set.Targets.Count == 2);
        folder.Write("two.json", "[{");
        await Until(around, () => set.Problems.Count == 1);
        Assert.Contains("two.json: line 1", set.Problems[0], StringComparison.Ordinal);
        Assert.Equal(2, set.Targets.Count); // A broken file keeps what it had.

        File.Delete(Path.Combine(folder.Path, "one.json"));
        await Next(around, batch => batch.All(sample => sample.IsStale));
        folder.Write("two.json", "[]");
        await Until(around, () => set.Targets.Count == 0);
        Assert.Empty(set.Problems);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task What_breaks_in_the_sink_ends_the_whole_and_is_thrown()
    {
        await using var server = new TinyServer(_ => TinyServer.Ok("a 1\n"));
        var around = new Around { Full = new InvalidOperationException("a bug") };
        var running = Set(around).Run(new([Job(server.Address)]), CancellationToken.None);
        Assert.Equal("a bug", (await Assert.ThrowsAsync<InvalidOperationException>(() => running)).Message);
    }

    [Fact]
    public async Task An_address_that_is_none_is_told_and_the_rest_is_scraped()
    {
        await using var server = new TinyServer(_ => TinyServer.Ok("a 1\n"));
        var around = new Around();
        using var stop = new CancellationTokenSource();
        var set = Set(around);
        var running = set.Run(new([Job("no host", server.Address)]), stop.Token);
        await Next(around, _ => true);
        Assert.Contains("no host is no address", Assert.Single(set.Problems), StringComparison.Ordinal);
        await stop.CancelAsync();
        await running;
    }
}
