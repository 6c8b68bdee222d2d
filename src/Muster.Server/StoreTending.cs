using Muster.Server.Projects;

namespace Muster.Server;

/// <summary>Lets each store do its own work now and then: seal, merge, drop.</summary>
sealed class StoreTending(ProjectSet projects, TimeProvider time, ILogger<StoreTending> log) : BackgroundService
{
    /// <summary>Texts that are remembered as told: more would only be told again.</summary>
    const int MostTold = 1000;

    static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);

    readonly HashSet<(string Project, string Problem)> _told = [];

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
            // Whatever it is: the other projects are tended all the same, and this one again.
            catch (Exception failed) when (failed is not OperationCanceledException) { log.LogWarning("the store of {Project} could not be tended: {Why}", project.Name, failed.Message); }

            if (_told.Count > MostTold) _told.Clear();
            foreach (var problem in project.Store.Problems)
            {
                if (_told.Add((project.Name, problem))) log.LogWarning("project {Project}: {Problem}", project.Name, problem);
            }
        }
    }
}
