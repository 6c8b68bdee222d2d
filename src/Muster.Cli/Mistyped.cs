using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace Muster.Cli;

/// <summary>A command line that cannot be run: what is wrong with it, the nearest right word, and how it is used.</summary>
static class Mistyped
{
    /// <summary>The exit code after telling, or null if there is nothing to tell.</summary>
    public static int? Tell(ParseResult parsed, Host host)
    {
        if (parsed.Action is HelpAction) return null;
        var command = parsed.CommandResult.Command;
        var path = PathOf(parsed.CommandResult);
        if (Unknown(parsed) is { } word) throw Refusal.Usage(Says(command, path, word), Fix(command, path, word));
        if (parsed.Errors.Count == 0) return null;
        if (command.Action is null && command.Subcommands.Any(sub => !sub.Hidden)) return Choices(command, path, host);
        foreach (var error in parsed.Errors) host.Talk.WriteLine($"{path}: {error.Message}");
        host.Talk.WriteLine($"  Fix: {path}{string.Concat(command.Arguments.Select(Shown))}{string.Concat(command.Options.Where(option => option.Required).Select(Shown))}; `{path} --help` says more");
        return ExitCode.BadInput;
    }

    /// <summary>Nothing was asked for. That is no success: 0 would open a gate in a script whose variable is empty.</summary>
    static int Choices(Command command, string path, Host host)
    {
        host.Talk.WriteLine($"{path}: which command?");
        var width = command.Subcommands.Max(sub => sub.Name.Length);
        foreach (var sub in command.Subcommands.Where(sub => !sub.Hidden)) host.Talk.WriteLine($"  {sub.Name.PadRight(width)}  {sub.Description}");
        host.Talk.WriteLine($"  Fix: {path} COMMAND; `{path} COMMAND --help` says more. To see it all at work: muster demo");
        return ExitCode.BadInput;
    }

    /// <summary>The first word that nothing takes. An unknown option is one too where the parser would take it for an argument.</summary>
    static string? Unknown(ParseResult parsed)
    {
        if (!parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash))
            foreach (var token in parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens))
                if (token.Value is ['-', _, ..]) return token.Value;
        return parsed.UnmatchedTokens is [var first, ..] ? first : null;
    }

    static string Says(Command command, string path, string word) => word switch
    {
        ['-', _, ..] => $"{path} has no option {word}",
        _ when command.Action is null && command.Subcommands.Count > 0 => $"{path} has no command \"{word}\"",
        _ => $"{path} has no place for \"{word}\"",
    };

    static string Fix(Command command, string path, string word)
    {
        var known = word[0] == '-' ? command.Options.SelectMany(option => option.Aliases.Append(option.Name)) : command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name);
        return Suggestion.Among(known.Where(name => name.Length > 2), word.Split('=')[0], $"`{path} --help` says what it takes");
    }

    static string PathOf(CommandResult result) => result.Parent is CommandResult above ? $"{PathOf(above)} {result.Command.Name}" : "muster";

    static string Shown(Argument argument) => argument.Arity.MinimumNumberOfValues > 0 ? $" {argument.Name}" : $" [{argument.Name}]";

    static string Shown(Option option) => $" {option.Name} {option.HelpName ?? "…"}";
}
