using System.CommandLine;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>One probe now: what it sees, under the names that expect can use. Nothing is written.</summary>
static class TryCommand
{
    public static Command Build(Host host)
    {
        var name = new Argument<string>("KIND") { Description = "The kind of probe; `muster kinds` lists them." };
        var target = new Argument<string>("TARGET") { Description = "What to look at: a URL, host:port, name or path, as the kind asks." };
        var parameters = new Option<string[]>("--set", "-s") { Description = "A parameter, as path=/health; JSON values are taken as such.", HelpName = "NAME=VALUE", Arity = ArgumentArity.ZeroOrMore, AllowMultipleArgumentsPerToken = false };
        var commands = new Option<bool>("--allow-commands") { Description = "Let the kind command run a program on this machine." };
        var destructive = new Option<bool>("--destructive") { Description = "Let an exercise stop, kill or take away what its parameters name." };
        var format = CommonOptions.TextOrJson();
        var command = new Command("try", "Runs one probe now and shows its observation with the names of its fields. Writes nothing.") { name, target, parameters, commands, destructive, format };
        command.SetAction(async (parsed, cancel) =>
        {
            var kind = KindsCommand.Find(parsed.GetValue(name)!);
            if (kind.JudgeOnly) throw Refusal.Usage($"{kind.Name} looks at nothing", $"it is judged: {kind.Says}");
            var asked = Parameters(kind, parsed.GetValue(parameters) ?? []).With("target", Value.Of(("address", parsed.GetValue(target)!)));
            var looking = new RunnerOptions
            {
                Release = Digest.Of("try"u8), Clock = host.Clock, Folder = host.Folder, MayRunCommands = parsed.GetValue(commands), MayLeaveFolder = true,
                Consent = _ => [parsed.GetValue(destructive) ? Hazard.Destructive : Hazard.Active], Secrets = ProcessSecrets.In(host.Folder),
                Telling = (_, doing) => host.Talk.WriteLine($"  {doing}"),
            };
            foreach (var left in await Scratches.Clean(looking, cancel)) host.Talk.WriteLine(LeftBehindText.Of(left));
            using var runner = new ProbeRunner(looking);
            var runs = await runner.Look([new Ask(new Question("here", [new Asked("", kind.Name, asked)]), "try", [kind.Name])], cancel);
            var sight = runs[0].Sights[0];
            var output = new Output(parsed.GetValue(format), host.Data);
            if (output.IsJson) output.Json("try", ("kind", kind.Name), ("asked", asked), ("run", Statements.ToValue(runs[0])));
            else Print(output.Data, kind, sight, runs[0]);
            return sight.Blind is null ? ExitCode.Done : ExitCode.NoGo;
        });
        return command;
    }

    static Value.Fields Parameters(Kind kind, string[] set)
    {
        var fields = Value.Fields.Empty;
        foreach (var word in set)
        {
            var at = word.IndexOf('=', StringComparison.Ordinal);
            var name = at > 0 ? word[..at] : throw Refusal.Usage($"--set {word}: not NAME=VALUE", $"--set {word}=…");
            if (kind.Parameters.All(parameter => parameter.Name != name))
                throw Refusal.Usage($"{kind.Name} has no parameter \"{name}\"", Suggestion.Among(kind.Parameters.Select(parameter => parameter.Name), name, "it has none"));
            fields = fields.With(name, Read(word[(at + 1)..]));
        }

        return fields;
    }

    static Value Read(string text)
    {
        try { return Value.Parse(System.Text.Encoding.UTF8.GetBytes(text)); }
        catch (System.Text.Json.JsonException) { return text; } // not JSON: a plain word, as most are
    }

    static void Print(TextWriter to, Kind kind, Sight sight, Run run)
    {
        if (sight.Observation is not { } observation)
        {
            to.WriteLine($"{kind.Name}: nothing seen ({sight.Blind}): {sight.Detail}");
            return;
        }

        to.WriteLine($"{kind.Name}: seen in {(run.Finished - run.Started).TotalMilliseconds:0} ms; {sight.Population} {kind.Population}");
        foreach (var (name, value) in observation)
        {
            var shape = kind.Fields.FirstOrDefault(field => field.Name == name)?.Shape ?? Shape.Any;
            Show(to, "  ", name, value, shape);
        }

        if (sight.Before is { } identity) to.WriteLine($"  (identity: {identity})");
    }

    static void Show(TextWriter to, string indent, string name, Value value, Shape shape)
    {
        if (value is Value.Fields { Count: > 0 } fields)
        {
            to.WriteLine($"{indent}{name}:");
            foreach (var (inner, field) in fields) Show(to, indent + "  ", inner, field, Shape.Any);
            return;
        }

        var text = shape is Shape.Any or Shape.Text ? value is Value.Text plain ? plain.Is : value.ToString() : Quantity.Show(value, shape);
        text = text.ReplaceLineEndings(" ");
        to.WriteLine($"{indent}{name}: {(text.Length > 160 ? text[..157] + "…" : text)}");
    }
}
