namespace Muster.EdgePlatform;

/// <summary>The host does not listen for signals: how this replica ends is its own, and the host is stopped last.</summary>
sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
