using System.CommandLine;
using System.Text;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>The packs that ship with the executable: what there is, what is in one, and one as a file to edit.</summary>
static class PackCommand
{
    public static Command Build(Host host) => new("pack", "The reusable sets of controls that ship with Muster. Contacts nothing.") { List(host), Show(host), Copy(host) };

    static Command List(Host host)
    {
        var format = CommonOptions.TextOrJson();
        var command = new Command("list", "Lists them, each with its targets, its settings and the number of its controls.") { format };
        command.SetAction(parsed =>
        {
            var output = new Output(parsed.GetValue(format), host.Data);
            if (output.IsJson) output.Json("pack-list", ("packs", Output.List(Packs.Names, name => Describe(name, Open(name).Pack))));
            else
            {
                var width = Packs.Names.Max(name => name.Length);
                foreach (var name in Packs.Names)
                {
                    var pack = Open(name).Pack;
                    output.Data.WriteLine($"{name.PadRight(width)}  {pack.Title}: {pack.Controls.Length} controls; targets {string.Join(", ", pack.Needs.Select(need => need.Name))}{(pack.Settings.IsEmpty ? "" : $"; settings {string.Join(", ", pack.Settings.Select(setting => setting.Name))}")}");
                }
            }

            return ExitCode.Done;
        });
        return command;
    }

    static Command Show(Host host)
    {
        var name = Name();
        var format = CommonOptions.TextOrJson();
        var command = new Command("show", "Prints one whole, with the reasons that stand in its comments.") { name, format };
        command.SetAction(parsed =>
        {
            var output = new Output(parsed.GetValue(format), host.Data);
            var (full, text, pack) = Open(parsed.GetRequiredValue(name));
            if (output.IsJson) output.Json("pack-show", Describe(full, pack).With("text", text));
            else output.Data.Write(text);
            return ExitCode.Done;
        });
        return command;
    }

    static Command Copy(Host host)
    {
        var name = Name();
        var to = new Option<string?>("--output", "-o") { Description = "The file; controls/NAME.yaml unless said. It must not be there yet.", HelpName = "FILE" };
        var with = new Option<string[]>("--with") { Description = "Your name of a target, or a value of a setting: --with db=orders --with \"backup_age=at most 12h\".", HelpName = "NAME=VALUE", Arity = ArgumentArity.ZeroOrMore };
        var format = CommonOptions.TextOrJson();
        var command = new Command("copy", "Writes one as a file of your own document, to be edited. It then no longer follows the pack.") { name, to, with, format };
        command.SetAction(parsed =>
        {
            var output = new Output(parsed.GetValue(format), host.Data);
            var (full, text, pack) = Open(parsed.GetRequiredValue(name));
            var file = parsed.GetValue(to) ?? $"controls/{full.Split('@')[0]}.yaml";
            var path = Path.GetFullPath(file, host.Folder);
            if (File.Exists(path)) throw Refusal.Usage($"{file} is there already", "name another with -o, or take it away");
            var copy = PackCopy.Of(full, text, pack, Given(parsed.GetValue(with) ?? [], pack));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            OutputFile.Write(host, path, Encoding.UTF8.GetBytes(copy));
            if (output.IsJson) output.Json("pack-copy", Describe(full, pack).With("file", file));
            else output.Data.WriteLine($"{file} holds the {pack.Controls.Length} controls of {full}. Include it (include: [ {file} ]) and give it its targets: {string.Join(", ", pack.Needs.Select(need => $"{need.Name} ({need.Shape})"))}.");
            return ExitCode.Done;
        });
        return command;
    }

    static Argument<string> Name() => new("PACK") { Description = "Its name: postgres, or postgres@1 for that version." };

    static Dictionary<string, string> Given(string[] pairs, PackOutline pack)
    {
        var known = pack.Needs.Select(need => need.Name).Concat(pack.Settings.Select(setting => setting.Name)).ToList();
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            if (pair.Split('=', 2) is not [{ Length: > 0 } key, { Length: > 0 } value]) throw Refusal.Usage($"--with {pair}: not a name and a value", "as --with db=orders");
            if (!known.Contains(key)) throw Refusal.Usage($"the pack has no target or setting \"{key}\"", Suggestion.Among(known, key, $"it has {string.Join(", ", known)}"));
            given[key] = value;
        }

        return given;
    }

    /// <exception cref="Refusal">There is no such pack.</exception>
    static (string Name, string Text, PackOutline Pack) Open(string name)
    {
        var full = name.Contains('@', StringComparison.Ordinal) ? name : Packs.Names.LastOrDefault(one => one.StartsWith(name + "@", StringComparison.Ordinal)) ?? name;
        if (Packs.Fetch(full) is not Fetched.File file || PackOutline.Read(full, file.Bytes.Span) is not { } pack)
            throw Refusal.Usage($"there is no pack \"{name}\"", Suggestion.Among(Packs.Names, name, "`muster pack list` lists them"));
        return (full, Encoding.UTF8.GetString(file.Bytes.Span), pack);
    }

    static Value.Fields Describe(string name, PackOutline pack) => Output.Fields(
        ("name", name),
        ("title", pack.Title),
        ("needs", Output.List(pack.Needs, need => Value.Of(("name", need.Name), ("shape", need.Shape)))),
        ("settings", Output.List(pack.Settings, setting => Output.Fields(("name", setting.Name), ("is", setting.Is is { } usual ? usual : (Value?)null), ("says", setting.Says)))),
        ("controls", Output.List(pack.Controls, control => Value.Of(("id", control.Id), ("title", control.Title)))));
}
