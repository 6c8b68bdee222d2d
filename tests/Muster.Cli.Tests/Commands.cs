using System.CommandLine;

namespace Muster.Cli.Tests;

/// <summary>The commands as they are built, so that a test which goes through all of them misses none that is new.</summary>
static class Commands
{
    static readonly Host Nowhere = new()
    {
        Clock = TimeProvider.System, Folder = "/", Data = TextWriter.Null, Talk = TextWriter.Null, Interactive = false, CanAsk = false, Variable = _ => null, Cancel = CancellationToken.None,
    };

    /// <summary>The words of each command that does something and is not hidden.</summary>
    public static IEnumerable<(string[] Words, Command Command)> Of() => Of(CommandLine.Root(Nowhere), []);

    static IEnumerable<(string[] Words, Command Command)> Of(Command command, string[] words) => command.Subcommands.Where(sub => !sub.Hidden)
        .SelectMany(sub => Of(sub, [.. words, sub.Name]).Concat(sub.Action is null ? [] : [([.. words, sub.Name], sub)]));
}
