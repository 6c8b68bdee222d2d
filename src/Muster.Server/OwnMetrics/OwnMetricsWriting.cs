using Muster.Server.Projects;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store;

namespace Muster.Server.OwnMetrics;

/// <summary>Writes what this process knows of itself into the project that is about it, if there is one.</summary>
sealed class OwnMetricsWriting(OwnState state, ProjectSet projects, TimeProvider time, ILogger<OwnMetricsWriting> log) : BackgroundService
{
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(15);

    readonly SampleBatch _batch = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (projects.Named(ProjectSet.Own) is not { } own) return;
        using var timer = new PeriodicTimer(Pace, time);
        try
        {
            do await Try(own, stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // It ends.
        }
    }

    async Task Try(Project own, CancellationToken cancel)
    {
        try { await Write(own, cancel); }
        catch (StoreUnavailable full) { log.LogWarning("own metrics are not kept: {Why}", full.Message); }
    }

    public async Task Write(Project own, CancellationToken cancel)
    {
        _batch.Clear();
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var family in state.Now())
        {
            _batch.Metadata.Add(new(family.Kind == "counter" ? family.Name + "_total" : family.Name, family.Kind, family.Help, ""));
            foreach (var sample in family.Samples)
            {
                var labels = Labels.Of([new(Labels.MetricName, family.Name + sample.Suffix), new("job", ProjectSet.Own), .. sample.Labels]);
                _batch.Add(_batch.Open(SeriesKey.Of(labels)), now, sample.Value);
            }
        }

        await own.AppendOwn(_batch, cancel);
    }
}
