using System.CommandLine;

namespace Muster.Cli;

/// <summary>Flags that mean the same everywhere. A command adds those that it takes.</summary>
static class CommonOptions
{
    public static Option<Format> Format(params Format[] allowed)
    {
        var option = new Option<Format>("--format", "-f") { Description = "How to print: " + string.Join(", ", allowed.Select(Name)) + ".", HelpName = string.Join('|', allowed.Select(Name)) };
        option.DefaultValueFactory = _ => Cli.Format.Text;
        option.CustomParser = result =>
        {
            var word = result.Tokens is [var token] ? token.Value : "";
            foreach (var format in allowed)
                if (Name(format) == word) return format;
            result.AddError($"--format {word}: not one of {string.Join(", ", allowed.Select(Name))}");
            return Cli.Format.Text;
        };
        return option;
    }

    public static string Name(Format format) => format.ToString().ToLowerInvariant();

    public static Option<Format> TextOrJson() => Format(Cli.Format.Text, Cli.Format.Json);

    public static Option<string?> Document() => new("--document", "-d") { Description = "The readiness document (default: muster.yaml here or in a folder above).", HelpName = "FILE" };

    public static Option<string?> Environment() => new("--env", "-e") { Description = "The environment (default: the gate's own).", HelpName = "NAME" };

    public static Option<string?> Release() => new("--release", "-r") { Description = "The release: a manifest file, or its digest (default: what the document says).", HelpName = "FILE|DIGEST" };

    public static Option<string?> Gate() => new("--gate", "-g") { Description = "The gate (default: the only one).", HelpName = "NAME" };

    public static Option<bool> Strict() => new("--strict") { Description = "Exit with 10, not 0, on CONDITIONAL GO." };

    public static Option<string?> As() => new("--as") { Description = "The person who signs, as the document names them.", HelpName = "NAME" };

    public static Option<string?> PassphraseFile() => new("--passphrase-file") { Description = "Read the key's passphrase from this file (default: MUSTER_PASSPHRASE, else a prompt).", HelpName = "FILE" };

    public static Argument<string?> GateArgument() => new("GATE") { Arity = ArgumentArity.ZeroOrOne, Description = "The gate (default: the only one)." };

    public static Option<string> Because(string says = "Why, in a sentence.")
    {
        var option = new Option<string>("--because") { Description = says, Required = true, HelpName = "TEXT" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && string.IsNullOrWhiteSpace(token.Value)) result.AddError("--because: an empty reason is none");
        });
        return option;
    }

    /// <summary>A whole number from 1 to <paramref name="most"/>.</summary>
    public static Option<int> Number(string name, string alias, string says, int otherwise, int most) => new(name, alias)
    {
        Description = $"{says} From 1 to {most}; {otherwise} unless said.",
        HelpName = "N",
        DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            var word = result.Tokens is [var token] ? token.Value : "";
            if (int.TryParse(word, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most) return number;
            result.AddError($"{name} {word}: not a whole number from 1 to {most}");
            return otherwise;
        },
    };
}
