using Muster.Readiness;

namespace Muster.Probes;

static class CommandKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "command",
        Says = "Runs a program without a shell and shows how it ended and what it printed.",
        Target = TargetShape.Command,
        Hazard = Hazard.Active,
        Parameters =
        [
            new("environment", Shape.Map, "Variables for the program, beside PATH, HOME, LANG, TMPDIR, SystemRoot and a mark of muster's own; nothing else is passed on."),
            new("input", Shape.Text, "What it reads from its standard input; nothing unless said."),
            new("read", Shape.Text, "A JSON Pointer into its output; what is there becomes the field value."),
        ],
        Fields =
        [
            new("exit_code", Shape.Number, "How it ended."),
            new("stdout", Shape.Text, "What it printed."),
            new("stderr", Shape.Text, "What it complained of."),
            new("json", Shape.Any, "Its output, if that is JSON."),
            new("value", Shape.Any, "What \"read\" points to."),
            new("duration", Shape.Duration, "From start to exit."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("exit_code", 0)),
        Population = "programs that ended",
        Deadline = TimeSpan.FromSeconds(60),
        Pitfalls =
        [
            "It runs with the rights of whoever runs muster and is outside of the outbound guard; it needs the option that allows commands, and the environment's consent.",
            "There is no shell: a pipe or a $VARIABLE in an argument is passed on as it is.",
            "Many tools exit with 0 though they looked at nothing; expect what they printed too.",
            "Output over 1 MiB is no observation.",
            "At its deadline the program and all that it started is ended; whatever it was writing stays half written.",
        ],
        Example = "check: { command: [ ./bin/migrations, --pending, --json ], expect: { /pending: 0 } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, CommandProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        var options = new RunnerOptions { Release = default, MayRunCommands = true };
        return new("command", "a program that exits with 1, beside one that exits with 0", await Look("exit 1"), await Look("exit 0"));

        Task<Witnessed> Look(string says) => Stage.Look(options, Declaration, Value.Of(("target", Value.Texts([.. Interpreter, says]))), [Stage.Is("exit_code", 0, Shape.Number)], cancel);
    }

    /// <summary>The one program that every system has; here it is what is looked at, not a shell around it.</summary>
    static string[] Interpreter => OperatingSystem.IsWindows() ? ["cmd.exe", "/d", "/c"] : ["/bin/sh", "-c"];
}
