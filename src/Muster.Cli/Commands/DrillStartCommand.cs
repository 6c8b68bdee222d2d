using System.CommandLine;
using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Begins a drill and its timer.</summary>
static class DrillStartCommand
{
    public static Command Build(Host host)
    {
        var id = new Argument<string>("CONTROL") { Description = "The control, whose check is of kind drill; CONTROL/PART where it has several." };
        var runbook = new Option<string?>("--runbook") { Description = "The runbook, if you want it held against the one that the control names.", HelpName = "FILE" };
        var witness = new Option<string?>("--witness") { Description = "Who will witness it, as the document names them.", HelpName = "NAME" };
        var person = CommonOptions.As();
        var (gate, release, document, format) = (CommonOptions.Gate(), CommonOptions.Release(), CommonOptions.Document(), CommonOptions.TextOrJson());
        var command = new Command("start", "Begins a drill: the timer runs from here, whatever becomes of this terminal.") { id, runbook, witness, person, gate, release, document, format };
        command.SetAction(parsed =>
        {
            var workspace = Workspace.Open(host, parsed.GetValue(document));
            var words = parsed.GetValue(id)!.Split('/', 2);
            var control = workspace.Control(words[0]);
            var at = workspace.Gate(parsed.GetValue(gate));
            var part = Part(workspace, control, words.ElementAtOrDefault(1), at.Environment);
            var parameters = part.Question.Steps[0].Parameters;
            var runs = workspace.Person(parsed.GetValue(person) ?? throw Refusal.Usage("who runs it?", "--as NAME, as the document names them under `people:`"));
            var role = Text(parameters, "by");
            if (!runs.Roles.Contains(role)) throw Refusal.Usage($"{control.Id} is for a {role} to run, and {runs.Name} is none", $"{runs.Name} has: {string.Join(", ", runs.Roles)}");
            if (parsed.GetValue(witness) is { } named) MayWitness(workspace.Person(named), runs.Name, parameters, control);
            if (OpenDrill.All(workspace).FirstOrDefault(open => open.Control == control.Id && open.Part == part.Part.Name) is { } under) throw Refusal.Usage($"a drill of {under.Named} is under way since {Instant.Write(under.Started)}", "`muster drill finish` or `muster drill abort` ends it");
            var path = Text(parameters, "runbook");
            if (parsed.GetValue(runbook) is { } said && Path.GetFullPath(said, host.Folder) != Path.GetFullPath(path, workspace.Folder)) throw Refusal.Usage($"{control.Id} is rehearsed by {path}, and not by {said}", "follow that, or change the control");
            var revision = GitRevision.Of(workspace.Folder);
            var drill = new OpenDrill
            {
                Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)), Control = control.Id, Part = part.Part.Name, Gate = at.Name, Environment = part.Environment, Question = part.Question.Digest,
                Release = Release.Of(workspace, host, parsed.GetValue(release)).Digest, Role = role, Person = runs.Name, Witness = parsed.GetValue(witness),
                Runbook = Value.Of(("path", path), ("digest", Text(parameters, "runbook_digest"))).With("revision", revision is null ? null : (Value)revision),
                Started = host.Now, Uptime = OpenDrill.UptimeOf(host), Boot = OpenDrill.ThisBoot,
            };
            drill.Write(workspace);
            var output = new Output(parsed.GetValue(format), host.Data);
            if (output.IsJson) output.Json("drill-start", ("id", drill.Id), ("control", drill.Control), ("part", drill.Part), ("person", drill.Person), ("environment", drill.Environment), ("runbook", drill.Runbook), ("started", drill.Started));
            else output.Data.WriteLine($"The drill of {drill.Named} runs from {Instant.Write(drill.Started)}, by {path}{(revision is null ? "" : $" at {revision[..10]}")}. Now: muster drill step \"what was done\"");
            return ExitCode.Done;
        });
        return command;
    }

    static PartQuestion Part(Workspace workspace, Control control, string? named, string environment) =>
        Asks.Of(workspace.Document, control, environment).Where(part => part.Question.Steps is [{ Kind: "drill" }]).ToList() switch
        {
            [] => throw Refusal.Usage($"{control.Id} has no check of kind drill", "`muster check` looks at it"),
            [var only] when named is null || named == only.Part.Name => only,
            var several => several.FirstOrDefault(part => part.Part.Name == named) ?? throw Refusal.Usage($"{control.Id} has no drill {named}", $"say which: {string.Join(" | ", several.Select(part => $"{control.Id}/{part.Part.Name}"))}"),
        };

    public static void MayWitness(Person witness, string runner, Value.Fields parameters, Control control)
    {
        if (witness.Name == runner) throw Refusal.Usage($"{witness.Name} runs it, and cannot be its witness too", "name somebody else who is there");
        if (parameters["witness"] is Value.Text { Is: var role } && !witness.Roles.Contains(role)) throw Refusal.Usage($"{control.Id} is for a {role} to witness, and {witness.Name} is none", $"{witness.Name} has: {string.Join(", ", witness.Roles)}");
    }

    static string Text(Value.Fields parameters, string name) => (parameters[name] as Value.Text)?.Is ?? "";
}
