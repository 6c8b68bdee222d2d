using System.Runtime.InteropServices;

namespace Muster.EdgePlatform;

/// <summary>One process of the edge: what it needs, whose sessions it holds, and whether it is on its way out.</summary>
sealed class Replica : IAsyncDisposable
{
    readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly PosixSignalRegistration _signal;
    int _underWay;

    public Replica(Settings settings)
    {
        Settings = settings;
        Watch = new(settings.Dependencies);
        Sessions = new(settings);
        _signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            if (Has(Flaw.ExitsAtOnce)) System.Diagnostics.Process.GetCurrentProcess().Kill(); // Gone, whatever is open.
            signal.Cancel = true;
            _told.TrySetResult();
        });
    }

    public Settings Settings { get; }

    public DependencyWatch Watch { get; }

    public SessionBook Sessions { get; }

    public SocketBook Open { get; } = new();

    public DateTimeOffset Started { get; } = DateTimeOffset.UtcNow;

    public bool Draining => _told.Task.IsCompleted;

    public bool Has(Flaw flaw) => Settings.Flaws.Contains(flaw);

    /// <summary>Every answer says whose it is; while it drains, every answer asks for the connection to be let go.</summary>
    public async Task Sign(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers["X-Instance"] = Settings.Name;
        if (Draining) context.Response.Headers.Connection = "close";
        Interlocked.Increment(ref _underWay);
        try { await next(context); }
        finally { Interlocked.Decrement(ref _underWay); }
    }

    /// <summary>Waits for the signal, and then in order: no new sessions, a time to finish, the end.</summary>
    public async Task Drained()
    {
        await _told.Task;
        var began = TimeProvider.System.GetTimestamp();
        if (Has(Flaw.NeverEnds)) await Task.Delay(Timeout.InfiniteTimeSpan);
        if (Has(Flaw.DropsRequests)) Environment.Exit(0);
        if (Has(Flaw.ClosesAtOnce)) await Open.CloseAll();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await pace.WaitForNextTickAsync())
        {
            var since = TimeProvider.System.GetElapsedTime(began);
            if (since >= Settings.Window || since >= Settings.Linger && Open.Count == 0 && Volatile.Read(ref _underWay) == 0) break;
        }

        if (Has(Flaw.CutsSockets)) Open.CutAll();
        else await Open.CloseAll();
        await Sessions.Release();
    }

    public async ValueTask DisposeAsync()
    {
        _signal.Dispose();
        await Sessions.DisposeAsync();
    }
}
