using System.CommandLine;

namespace Muster.Cli.Commands;

/// <summary>
/// A bug on purpose, hidden from the help: no input is known that provokes exit code 70 from outside, and a code that was never seen proves nothing (docs/formats/exit-codes.md).
/// </summary>
static class CrashCommand
{
    public static Command Build()
    {
        var command = new Command("crash", "Ends as a bug would.") { Hidden = true };
        command.SetAction(int (_) => throw new InvalidOperationException("`muster crash` was asked to fail"));
        return command;
    }
}
