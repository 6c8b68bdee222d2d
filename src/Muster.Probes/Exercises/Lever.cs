using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// How a check moves a part of the system under test: <c>[systemctl, restart, api]</c>, a command as it would be typed, or <c>{ signal: TERM, pid_file: run/api.pid }</c>.
/// A command is outside of the guard and needs the leave that the kind <c>command</c> needs; a signal needs none beside the environment's consent.
/// </summary>
abstract record Lever
{
    static readonly Dictionary<string, Signal> Signals = new(StringComparer.OrdinalIgnoreCase)
    {
        ["HUP"] = Signal.Hangup, ["INT"] = Signal.Interrupt, ["QUIT"] = Signal.Quit, ["KILL"] = Signal.Kill, ["USR1"] = Signal.User1, ["USR2"] = Signal.User2, ["TERM"] = Signal.Terminate, ["CONT"] = Signal.Continue, ["STOP"] = Signal.Stop,
    };

    /// <summary>What it does, in words.</summary>
    public abstract string Says { get; }

    public const string ProcessDeath = "process death";

    /// <summary>What a kill by it shows: who runs a command may ask the process to end, and then it can write down first what it holds. QUIT ends PostgreSQL without that, which only a failover drill of it may send.</summary>
    public string Shows => this is Signalled { Signal: Signal.Kill or Signal.Quit } ? ProcessDeath : "end by command";

    /// <summary>Moves it.</summary>
    /// <exception cref="Unseen">It could not be moved; nothing is known of the system then.</exception>
    public abstract Task Pull(ProbeContext context, CancellationToken cancel);

    /// <summary>As something that can be written down and done by a later start.</summary>
    public abstract WayBack AsWayBack(ProbeContext context);

    /// <summary>Null where the parameter is left out.</summary>
    public static Lever? Read(Given given, string name)
    {
        switch (given[name])
        {
            case null or Value.Nothing: return null;
            case Value.Text or Value.Items: return Command(given.Texts(name), name);
            case Value.Fields map when map["command"] is Value.Items or Value.Text && map.Count == 1:
                return Command(map["command"] is Value.Items items ? [.. items.Are.Select(item => item is Value.Text text ? text.Is : item.ToString())] : [((Value.Text)map["command"]!).Is], name);
            case Value.Fields map when map["signal"] is Value.Text signal && map["pid_file"] is Value.Text file && map.Count == 2:
                var bare = signal.Is.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? signal.Is[3..] : signal.Is;
                return Signals.TryGetValue(bare, out var known) ? new Signalled(known, file.Is) : throw Given.Wrong(name, $"knows no signal \"{signal.Is}\"; there are {string.Join(", ", Signals.Keys)}");
            default: throw Given.Wrong(name, "is a command, [program, argument], or { signal: TERM, pid_file: path }");
        }
    }

    static Ran Command(ImmutableArray<string> arguments, string name) =>
        arguments is [{ Length: > 0 }, ..] ? new(arguments) : throw Given.Wrong(name, "is no list of a program and its arguments");

    internal sealed record Ran(ImmutableArray<string> Arguments) : Lever
    {
        public override string Says => string.Join(' ', Arguments);

        public override async Task Pull(ProbeContext context, CancellationToken cancel)
        {
            var (exit, words) = await ProgramRun.Pull(Arguments, context, cancel);
            if (exit != 0) throw new Unseen(Blind.NotCapable, $"{Arguments[0]} came to {exit}: {words}");
        }

        public override WayBack AsWayBack(ProbeContext context) => new WayBack.Command(Arguments);
    }

    internal sealed record Signalled(Signal Signal, string PidFile) : Lever
    {
        public override string Says => $"the signal {Signal} to the process of {PidFile}";

        public LiveProcess Process(ProbeContext context) => LiveProcess.OfFile(Path.GetFullPath(Path.Combine(context.Folder, PidFile)));

        public override Task Pull(ProbeContext context, CancellationToken cancel)
        {
            var process = Process(context);
            return process.Send(Signal) ? Task.CompletedTask : throw new Unseen(Blind.NotCapable, $"the process {process.Id} of {PidFile} took no signal {Signal}; it may belong to somebody else");
        }

        public override WayBack AsWayBack(ProbeContext context) => new WayBack.Signalled(Process(context), Signal);
    }
}
