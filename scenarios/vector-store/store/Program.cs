using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Muster.VectorStore;

// A small store of vectors: a stand-in for a real one, with a log, snapshots, limits and two profiles of durability, and with flaws that can be asked for by name.
var settings = Settings.Read([.. args.Where(word => word != "--version")]);
if (args.Contains("--version"))
{
    Console.WriteLine(settings.Release);
    return 0;
}

using var stop = new CancellationTokenSource();
using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    stop.Cancel();
});
using var listener = new HttpListener();
listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{settings.Port}/"));
try { listener.Start(); }
// The runtime's listener breaks where somebody connects at the very moment when it begins; whoever started this does so again.
catch (ArgumentNullException) { Leave(75); }
catch (HttpListenerException) { Leave(75); }
if (settings.PidFile is { } file)
{
    await File.WriteAllTextAsync(file + ".new", string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n"));
    File.Move(file + ".new", file, overwrite: true);
}

var store = new Store(settings);
var doors = new Doors(settings, store, TimeProvider.System);
var recovering = Task.Run(async () =>
{
    await Task.Delay(settings.Recovery, stop.Token);
    store.Recover();
    doors.Recovered = true;
});
var chores = Task.WhenAll(Every(settings.Flush, store.Flush), Every(settings.Checkpoint, store.MakeCheckpoint));
using var closing = stop.Token.Register(listener.Stop);
try
{
    while (true)
    {
        if (recovering.IsFaulted) await recovering;
        var next = listener.GetContextAsync();
        await Task.WhenAny(next, recovering.IsCompletedSuccessfully ? next : recovering);
        if (recovering.IsFaulted) await recovering;
        _ = doors.Serve(await next);
    }
}
catch (Exception ended) when (stop.IsCancellationRequested && ended is HttpListenerException or ObjectDisposedException or OperationCanceledException) { await chores.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); }
catch (InvalidDataException unreadable)
{
    await Console.Error.WriteLineAsync(unreadable.Message);
    Leave(1);
}

store.Dispose();
Leave(0);
return 0;

// A listener that is closed answers 200 to whoever still waits; one whose process is gone answers nothing.
static void Leave(int code) => Environment.Exit(code);

async Task Every(TimeSpan pause, Action chore)
{
    await recovering;
    using var pace = new PeriodicTimer(pause);
    while (await pace.WaitForNextTickAsync(stop.Token)) chore();
}
