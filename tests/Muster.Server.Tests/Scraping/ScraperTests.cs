using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Muster.Server.Projects;
using Muster.Server.Scraping;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;

namespace Muster.Server.Tests.Scraping;

public sealed class ScraperTests
{
    sealed class Told : ILogger<Scraper>
    {
        readonly TaskCompletionSource _any = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<string> Lines { get; } = [];

        public Task Any => _any.Task;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Lines.Enqueue(formatter(state, exception));
            _any.TrySetResult();
        }
    }

    [Fact]
    public async Task A_file_of_targets_that_cannot_be_read_is_told()
    {
        var folder = Directory.CreateTempSubdirectory("muster-scraper-").FullName;
        var file = Path.Combine(folder, "scrape.json");
        await File.WriteAllTextAsync(file, """{ "scrape_configs": [ { "job_name": "j", "file_sd_configs": [ { "files": [ "targets.json" ] } ] } ] }""", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "targets.json"), "[{", TestContext.Current.CancellationToken);
        var options = new TelemetryOptions { Data = folder, Scrape = file };
        var told = new Told();
        await using (var projects = new ProjectSet(options, TimeProvider.System))
        {
            using var scraper = new Scraper(options, projects, TimeProvider.System, told);
            await scraper.StartAsync(TestContext.Current.CancellationToken);
            await told.Any.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            await scraper.StopAsync(TestContext.Current.CancellationToken);
        }

        Assert.Contains("targets.json: line 1", Assert.Single(told.Lines), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task What_is_scraped_is_counted_among_what_is_taken()
    {
        var folder = Directory.CreateTempSubdirectory("muster-scraper-").FullName;
        var options = new TelemetryOptions { Data = folder, KeepsOwnMetrics = true };
        await using (var projects = new ProjectSet(options, TimeProvider.System))
        {
            var batch = new SampleBatch();
            batch.Add(batch.Open(SeriesKey.Of(Labels.Of((Labels.MetricName, "a")))), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 1);
            var project = projects.Named(ProjectSet.Default)!;
            await project.AppendOwn(batch, TestContext.Current.CancellationToken);
            Assert.Equal(1, project.Accepted);
        }

        Directory.Delete(folder, recursive: true);
    }
}
