using Muster.Server.Projects;

namespace Muster.Server;

/// <summary>Lets each store do its own work now and then: seal, merge, drop.</summary>
sealed class StoreTending(ProjectSet projects, TimeProvider time, ILogger<StoreTending> log) : BackgroundService
{
    static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pace, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await All(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // It ends.
        }
    }

    async Task All(CancellationToken cancel)
    {
        foreach (var project in projects.All)
        {
            try { await project.Store.Tend(cancel); }
            catch (IOException failed) { log.LogWarning("the store of {Project} could not be tended: {Why}", project.Name, failed.Message); }
        }
    }
}
