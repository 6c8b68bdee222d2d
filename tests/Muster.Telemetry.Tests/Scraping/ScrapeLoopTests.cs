using Muster.Telemetry.Intake;
using Muster.Telemetry.Intake.Exposition;
using Muster.Telemetry.Scraping;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store;

namespace Muster.Telemetry.Tests.Scraping;

public sealed class ScrapeLoopTests
{
    static readonly ScrapeJob Job = new() { Name = "j" };

    static ScrapeLoop Loop(Around around, string address, out ScrapeFetch fetch)
    {
        var target = Target.Of(Job, address, new Dictionary<string, string>(), out _)!;
        fetch = new(Job, around.With());
        return new(target, fetch, new(), around.With());
    }

    static double Value(IReadOnlyList<Around.Seen> batch, string name) => Assert.Single(batch, one => one.Labels.Name == name).Value;

    [Fact]
    public async Task A_good_scrape_brings_its_samples_and_what_it_says_of_itself()
    {
        var around = new Around();
        await using var server = new TinyServer(_ =>
        {
            around.Clock.Move(TimeSpan.FromMilliseconds(250));
            return TinyServer.Ok("a 1\nb{job=\"x\"} 2\n");
        });
        var loop = Loop(around, server.Address, out var fetch);
        using var _ = fetch;
        Assert.Equal((TargetHealth.Unknown, null), (loop.Status.Health, loop.Status.LastScrape));
        var begun = around.Clock.GetUtcNow();
        await loop.Once(begun, TestContext.Current.CancellationToken);

        var batch = await around.Next();
        Assert.All(batch, one => Assert.Equal(begun.ToUnixTimeMilliseconds(), one.Time));
        Assert.All(batch, one => Assert.Equal(("j", server.Address), (one.Labels["job"], one.Labels["instance"])));
        Assert.Equal((1, 0.25, 2, 2, 2), (Value(batch, "up"), Value(batch, "scrape_duration_seconds"), Value(batch, "scrape_samples_scraped"), Value(batch, "scrape_samples_post_metric_relabeling"), Value(batch, "scrape_series_added")));
        Assert.Equal("x", batch.Single(one => one.Labels.Name == "b").Labels["exported_job"]);
        Assert.Equal((TargetHealth.Up, "", begun, TimeSpan.FromMilliseconds(250)), (loop.Status.Health, loop.Status.LastError, loop.Status.LastScrape!.Value, loop.Status.LastDuration));
        Assert.Equal($"http://{server.Address}/metrics", loop.Status.ScrapeUrl);
    }

    [Fact]
    public async Task OpenMetrics_comes_with_its_exemplars_and_what_families_say_of_themselves()
    {
        await using var server = new TinyServer(_ => TinyServer.Ok("# TYPE a counter\n# HELP a Of all.\na_total 1 # {trace_id=\"x\"} 0.5\na_total{b=\"c\"} 2 100.5\n# EOF\n", "application/openmetrics-text; version=1.0.0; charset=utf-8"));
        var around = new Around();
        var parser = new ExpositionParser();
        var (exemplars, metadata) = (new List<Exemplar>(), new List<MetricMetadata>());
        var surroundings = around.With();
        surroundings = surroundings with
        {
            Parser = (body, format, time, into) => parser.Parse(body, format == ScrapeFormat.OpenMetrics, time, into),
            Sink = async (batch, cancel) =>
            {
                exemplars.AddRange(batch.Exemplars);
                metadata.AddRange(batch.Metadata);
                await around.With().Sink(batch, cancel);
            },
        };
        using var fetch = new ScrapeFetch(Job, surroundings);
        var now = around.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        await new ScrapeLoop(Target.Of(Job, server.Address, new Dictionary<string, string>(), out _)!, fetch, new(), surroundings).Once(around.Clock.GetUtcNow(), TestContext.Current.CancellationToken);

        var batch = await around.Next();
        Assert.Equal([(1.0, now), (2.0, 100_500)], batch.Where(one => one.Labels.Name == "a_total").Select(one => (one.Value, one.Time)));
        Assert.Equal((0.5, now, "x"), (Assert.Single(exemplars).Value, exemplars[0].Time, exemplars[0].Labels["trace_id"]));
        Assert.Equal(("a", "counter", "Of all."), (Assert.Single(metadata).Family, metadata[0].Kind, metadata[0].Help));
    }

    [Fact]
    public async Task A_failed_scrape_says_so_and_ends_the_series()
    {
        var answers = new Queue<byte[]>([TinyServer.Ok("a 1\n"), TinyServer.Answer("500 Oops", []), TinyServer.Ok("a 1\nbroken\n"), TinyServer.Ok("a 2\n")]);
        await using var server = new TinyServer(_ => answers.Dequeue());
        var around = new Around();
        var loop = Loop(around, server.Address, out var fetch);
        using var _ = fetch;
        var batches = new List<IReadOnlyList<Around.Seen>>();
        var errors = new List<string>();
        for (var at = 0; at < 4; at++)
        {
            around.Clock.Move(Job.Interval);
            await loop.Once(around.Clock.GetUtcNow(), TestContext.Current.CancellationToken);
            batches.Add(await around.Next());
            errors.Add(loop.Status.LastError);
        }

        Assert.Equal([1, 0, 0, 1], batches.Select(batch => Value(batch, "up")));
        Assert.True(batches[1].Single(one => one.Labels.Name == "a").IsStale);
        Assert.DoesNotContain(batches[2], one => one.Labels.Name == "a");
        Assert.Equal(2, Value(batches[3], "a"));
        Assert.Equal(["", "the server answered 500", "no value: broken", ""], errors);
    }

    [Fact]
    public async Task What_the_store_does_not_take_is_shown_and_its_markers_come_again()
    {
        var answers = new Queue<byte[]>([TinyServer.Ok("a 1\nb 1\n"), TinyServer.Ok("a 1\n"), TinyServer.Ok("a 1\n")]);
        await using var server = new TinyServer(_ => answers.Dequeue());
        var around = new Around();
        var loop = Loop(around, server.Address, out var fetch);
        using var _ = fetch;
        await loop.Once(around.Clock.GetUtcNow(), TestContext.Current.CancellationToken);
        await around.Next();
        around.Full = new StoreUnavailable("the disk is full", TimeSpan.FromSeconds(1));
        await loop.Once(around.Clock.GetUtcNow(), TestContext.Current.CancellationToken);
        Assert.Equal((TargetHealth.Down, "the samples were not stored: the disk is full"), (loop.Status.Health, loop.Status.LastError));
        await loop.Once(around.Clock.GetUtcNow(), TestContext.Current.CancellationToken);
        var batch = await around.Next();
        Assert.True(batch.Single(one => one.Labels.Name == "b").IsStale);
        Assert.Equal(TargetHealth.Up, loop.Status.Health);
    }

    [Fact]
    public async Task No_time_comes_twice_though_the_clock_stands()
    {
        await using var server = new TinyServer(_ => TinyServer.Ok("a 1\n"));
        var around = new Around();
        var loop = Loop(around, server.Address, out var fetch);
        using var _ = fetch;
        var times = new List<long>();
        for (var at = 0; at < 3; at++)
        {
            await loop.Once(around.Clock.GetUtcNow(), TestContext.Current.CancellationToken);
            times.Add((await around.Next())[0].Time);
        }

        await loop.End(TestContext.Current.CancellationToken);
        var end = await around.Next();
        Assert.All(end, one => Assert.True(one.IsStale));
        Assert.Equal(6, end.Count);
        times.Add(end[0].Time);
        Assert.Equal(times.Distinct().Order(), times);
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 3)]
    [InlineData(-1, -1)]
    public async Task A_timer_that_is_hardly_late_is_on_time(int late, int told)
    {
        await using var server = new TinyServer(_ => TinyServer.Ok("a 1\n"));
        var around = new Around();
        var loop = Loop(around, server.Address, out var fetch);
        using var _ = fetch;
        var planned = around.Clock.GetUtcNow();
        around.Clock.Move(TimeSpan.FromMilliseconds(late));
        await loop.Once(planned, TestContext.Current.CancellationToken);
        Assert.Equal(planned.ToUnixTimeMilliseconds() + told, (await around.Next())[0].Time);
    }

    [Theory]
    [InlineData(-10, false)]
    [InlineData(-3600, true)]
    public async Task A_clock_that_is_set_back_is_believed_when_it_is_by_more_than_an_interval(int seconds, bool believed)
    {
        await using var server = new TinyServer(_ => TinyServer.Ok("a 1\n"));
        var around = new Around();
        var loop = Loop(around, server.Address, out var fetch);
        using var _ = fetch;
        await loop.Once(around.Clock.GetUtcNow(), TestContext.Current.CancellationToken);
        var first = (await around.Next())[0].Time;
        around.Clock.Move(TimeSpan.FromSeconds(seconds));
        await loop.Once(around.Clock.GetUtcNow(), TestContext.Current.CancellationToken);
        Assert.Equal(believed ? first + (seconds * 1000) : first + 1, (await around.Next())[0].Time);
    }

    [Fact]
    public void Targets_are_spread_over_the_interval_and_keep_their_place()
    {
        var offsets = Enumerable.Range(0, 1000).Select(at => Target.Of(Job, $"host-{at}:9100", new Dictionary<string, string>(), out _)!.Offset).ToList();
        Assert.All(offsets, offset => Assert.InRange(offset, TimeSpan.Zero, Job.Interval - TimeSpan.FromMilliseconds(1)));
        for (var second = 0; second < 15; second++) Assert.InRange(offsets.Count(offset => (int)offset.TotalSeconds == second), 30, 110);
        Assert.Equal(offsets[7], Target.Of(Job, "host-7:9100", new Dictionary<string, string>(), out _)!.Offset);
    }

    [Theory]
    [InlineData(0, 7)]
    [InlineData(7, 7)]
    [InlineData(7.5, 22)]
    [InlineData(8, 22)]
    [InlineData(22, 22)]
    public void The_next_scrape_stands_at_the_targets_place_in_the_interval(double from, int next) =>
        Assert.Equal(next, (ScrapeLoop.Next(DateTimeOffset.UnixEpoch.AddSeconds(150 + from), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(7)) - DateTimeOffset.UnixEpoch.AddSeconds(150)).TotalSeconds);

    [Fact]
    public void Hidden_labels_of_a_target_say_where_it_is_asked_and_are_not_on_its_samples()
    {
        var job = Job with { Params = [new("module", "tcp"), new("x", "1"), new("x", "2 3")] };
        var target = Target.Of(job, "h:1", new Dictionary<string, string> { ["__scheme__"] = "https", ["__metrics_path__"] = "/probe", ["__param_module"] = "http&2xx", ["zone"] = "a", ["instance"] = "web", ["__meta_x"] = "y" }, out _)!;
        Assert.Equal("https://h:1/probe?module=http%262xx&x=1&x=2%203", target.Url.AbsoluteUri);
        Assert.Equal(Labels.Of(("job", "j"), ("instance", "web"), ("zone", "a")), target.Labels);
        Assert.Equal("y", target.Discovered["__meta_x"]);
    }

    [Theory]
    [InlineData("h:1/x")]
    [InlineData("u:p@h:1")]
    [InlineData("h:99999")]
    [InlineData("h 1")]
    [InlineData("")]
    public void What_is_no_address_is_no_target(string address)
    {
        Assert.Null(Target.Of(Job, address, new Dictionary<string, string>(), out var problem));
        Assert.NotNull(problem);
    }

    [Fact]
    public void Labels_that_no_series_could_have_are_no_target()
    {
        Assert.Null(Target.Of(Job, "h:1", new Dictionary<string, string> { ["zone"] = new('x', 200_000) }, out var problem));
        Assert.Contains("longer than", problem, StringComparison.Ordinal);
    }
}
