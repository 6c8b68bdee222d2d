using System.CommandLine;
using System.Globalization;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>A person's drill: begun, stamped step by step, finished and signed, and witnessed by another.</summary>
static class DrillCommand
{
    public static Command Build(Host host) => new("drill", "Goes through a rehearsal by its runbook, with a timer: start, step, note, finish, and another person witnesses.")
    {
        DrillStartCommand.Build(host),
        Line(host, "step", "Stamps what was done just now."),
        Line(host, "note", "Writes down what was seen, or with --deviation where the runbook was not followed."),
        DrillFinishCommand.Build(host),
        DrillWitnessCommand.Build(host),
        Abort(host),
        Show(host),
    };

    public static Option<string?> Of() => new("--of") { Description = "Which drill, by its control; the only one that is under way unless said.", HelpName = "CONTROL" };

    static Command Line(Host host, string kind, string description)
    {
        var says = new Argument<string>("TEXT") { Description = "In a sentence. It goes into the evidence as it is: no secrets." };
        var deviation = new Option<bool>("--deviation") { Description = "The runbook was not followed here." };
        var (of, document, format) = (Of(), CommonOptions.Document(), CommonOptions.TextOrJson());
        var command = new Command(kind, description) { says, of, document, format };
        if (kind == "note") command.Add(deviation);
        command.SetAction(parsed =>
        {
            var workspace = Workspace.Open(host, parsed.GetValue(document));
            var drill = OpenDrill.Find(workspace, parsed.GetValue(of)).With(host, kind == "note" && parsed.GetValue(deviation) ? "deviation" : kind, parsed.GetValue(says)!);
            drill.Write(workspace);
            var output = new Output(parsed.GetValue(format), host.Data);
            if (output.IsJson) output.Json("drill-line", ("control", drill.Control), ("line", drill.Lines[^1].Written));
            else output.Data.WriteLine(Shown(drill.Lines[^1]));
            return ExitCode.Done;
        });
        return command;
    }

    static Command Abort(Host host)
    {
        var because = CommonOptions.Because("Why it was broken off.");
        var (of, document, format) = (Of(), CommonOptions.Document(), CommonOptions.TextOrJson());
        var command = new Command("abort", "Breaks a drill off; it proves nothing, and nothing of it is kept.") { because, of, document, format };
        command.SetAction(parsed =>
        {
            var workspace = Workspace.Open(host, parsed.GetValue(document));
            var drill = OpenDrill.Find(workspace, parsed.GetValue(of));
            drill.Delete(workspace);
            var output = new Output(parsed.GetValue(format), host.Data);
            if (output.IsJson) output.Json("drill-abort", ("control", drill.Control), ("because", parsed.GetValue(because)!), ("after", drill.Elapsed(host)));
            else output.Data.WriteLine($"The drill of {drill.Named} was broken off after {Span(drill.Elapsed(host))}: {parsed.GetValue(because)}");
            return ExitCode.Done;
        });
        return command;
    }

    static Command Show(Host host)
    {
        var (document, format) = (CommonOptions.Document(), CommonOptions.TextOrJson());
        var command = new Command("show", "Shows the drills that are under way.") { document, format };
        command.SetAction(parsed =>
        {
            var drills = OpenDrill.All(Workspace.Open(host, parsed.GetValue(document)));
            var output = new Output(parsed.GetValue(format), host.Data);
            if (output.IsJson)
                output.Json("drill-show", ("drills", Output.List(drills, drill => Value.Of(("control", drill.Control), ("part", drill.Part), ("person", drill.Person), ("started", drill.Started), ("elapsed", Math.Round(drill.Elapsed(host), 3)), ("transcript", Value.List(drill.Lines.Select(line => (Value)line.Written)))))));
            else if (drills.Count == 0) output.Data.WriteLine("No drill is under way.");
            else
                foreach (var drill in drills)
                {
                    output.Data.WriteLine($"{drill.Named}, run by {drill.Person} since {Instant.Write(drill.Started)}, {Span(drill.Elapsed(host))} so far{(drill.IsOfThisBoot ? "" : " (by the wall: the machine was restarted meanwhile)")}");
                    foreach (var line in drill.Lines) output.Data.WriteLine("  " + Shown(line));
                }

            return ExitCode.Done;
        });
        return command;
    }

    public static string Shown(DrillLine line) => $"{Span(line.After),9}  {(line.Kind == "step" ? "" : line.Kind + ": ")}{line.Says}";

    public static string Span(double seconds) => TimeSpan.FromSeconds(Math.Floor(seconds)).ToString(seconds < 3600 ? @"m\:ss" : seconds < 86_400 ? @"h\:mm\:ss" : @"d\.hh\:mm\:ss", CultureInfo.InvariantCulture);
}
