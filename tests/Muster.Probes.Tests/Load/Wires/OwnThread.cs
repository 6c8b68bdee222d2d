namespace Muster.Probes.Tests.Load.Wires;

/// <summary>A loop holds its thread: one of the pool's would be missing to the peers that it talks to.</summary>
static class OwnThread
{
    public static Task Run(Action action) => Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
