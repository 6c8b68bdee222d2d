using System.Runtime.InteropServices;
using System.Text;
using Muster.Cli;

// The dial function's continuations never block, so completions may run inline: fewer thread hops for each probe (docs/performance.md).
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);

// Not disposed: the command line flushes standard output where a fault of it can still be told.
var data = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 16384);
var talk = new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false)) { AutoFlush = true };

string folder;
try
{
    folder = Directory.GetCurrentDirectory();
}
catch (IOException)
{
    talk.WriteLine("muster: the folder that this runs in is gone\n  Fix: change to one that is there");
    return ExitCode.BadInput;
}

return await CommandLine.Run(args, new Host
{
    Clock = TimeProvider.System,
    Folder = folder,
    Data = data,
    Talk = talk,
    Interactive = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb"),
    Terminal = Console.IsOutputRedirected ? null : static () => (Console.WindowWidth, Console.WindowHeight),
    CanAsk = !Console.IsInputRedirected && !Console.IsErrorRedirected,
    Variable = Environment.GetEnvironmentVariable,
    Cancel = stop.Token,
});

// The first signal stops asking and writes down what was seen; the second leaves at once.
void Interrupt(PosixSignalContext signal)
{
    if (stop.IsCancellationRequested) return;
    signal.Cancel = true;
    stop.Cancel();
}
