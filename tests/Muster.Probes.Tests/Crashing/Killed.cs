using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Crashing;

/// <summary>A server that the exercise kills and starts again by a script; whatever runs of it at the end is ended.</summary>
sealed class Killed : IAsyncDisposable
{
    readonly string _pidFile, _script;

    /// <param name="command">A line of the shell that starts it in the background.</param>
    public Killed(string folder, string pidFile, string command)
    {
        (_pidFile, _script) = (pidFile, Path.Combine(folder, "start-again.sh"));
        File.WriteAllText(_script, $"cd '{folder}'\n{command}\n");
    }

    public Value Kill => Value.Of(("signal", "KILL"), ("pid_file", _pidFile));

    public Value Start => Value.Texts(["/bin/sh", _script]);

    public async ValueTask DisposeAsync()
    {
        try
        {
            var process = LiveProcess.OfFile(_pidFile);
            process.Send(Signal.Interrupt);
            if (!await process.Ended(TimeSpan.FromSeconds(5), TimeProvider.System, CancellationToken.None)) process.Send(Signal.Kill);
            await process.Ended(TimeSpan.FromSeconds(5), TimeProvider.System, CancellationToken.None);
        }
        catch (Unseen) { return; } // It does not run.
    }
}

/// <summary>Questions to the store of vectors.</summary>
static class Stores
{
    public static readonly RunnerOptions Options = Probing.Options with { Consent = _ => [Hazard.Destructive], MayRunCommands = true };

    public static readonly Value Put = Value.Of(("put", "/collections/crash/points"), ("json", Value.Of(("points", Value.List([Value.Of(("id", "$(write:id)"), ("vector", Value.List([1, 2])), ("payload", Value.Of(("digest", "$(write:digest)"))))])))));

    public static (string, Value)[] Writing(this VectorStoreServer store) =>
    [
        ("target", store.Address), ("write", Put), ("read", Value.Of(("get", "/collections/crash/points"), ("items", "/points"), ("digest", "/payload/digest"))),
        ("prepare", Value.Of(("put", "/collections/crash"), ("json", Value.Of(("dimension", 2))))), ("clean", Value.Of(("delete", "/collections/crash"))), ("identity", Value.Of(("get", "/version"), ("read", "/store"))),
    ];

    public static Task<Sight> Crash(this VectorStoreServer store, params (string Name, Value Value)[] more) => store.Crash(without: [], more);

    public static Task<Sight> Crash(this VectorStoreServer store, string[] without, params (string Name, Value Value)[] more)
    {
        (string Name, Value Value)[] usual =
        [
            .. store.Writing(), ("kill", Value.Of(("signal", "KILL"), ("pid_file", store.PidFile))), ("start", Value.Texts(store.StartCommand)), ("kills", 1), ("write_for", 0.3), ("wait", 20), ("in_recovery", false),
        ];
        return Probing.Look(Options, "crash.recovery", [.. usual.Where(one => !without.Contains(one.Name)).ToArray().Or(more)]);
    }

    /// <summary>What is usual, and these in place of those of the same names.</summary>
    public static (string, Value)[] Or(this (string Name, Value Value)[] usual, (string Name, Value Value)[] more) => [.. usual.Where(one => !more.Any(other => other.Name == one.Name)), .. more];

    public static Value.Fields Seen(Sight sight)
    {
        Assert.True(sight.Observation is not null, $"{sight.Blind}: {sight.Detail}");
        return sight.Observation;
    }

    public static void Holds(Value.Fields seen, params ReadOnlySpan<(string Name, Value Value)> fields)
    {
        foreach (var (name, value) in fields) Assert.True(value.Equals(seen[name]), $"{name} is {seen[name]} and not {value} in {seen}");
    }

    public static double Number(this Value.Fields seen, string name) => Assert.IsType<Value.Number>(seen[name]).Is;
}
