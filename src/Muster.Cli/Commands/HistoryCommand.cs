using System.CommandLine;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>A gate's verdicts over time, each change with its cause. Decides and records nothing.</summary>
static class HistoryCommand
{
    public static Command Build(Host host)
    {
        var name = CommonOptions.GateArgument();
        var document = CommonOptions.Document();
        var last = CommonOptions.Number("--last", "-n", "Only the last so many lines.", otherwise: 20, most: 1_000_000);
        var since = new Option<string?>("--since") { Description = "Only what was given from then on, as 2026-05-01 or an RFC 3339 instant.", HelpName = "TIME" };
        var imported = new Option<bool>("--imported") { Description = "Also verdicts that were given over other ledgers and brought here." };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Every cause of each change." };
        var format = CommonOptions.TextOrJson();
        var command = new Command("history", "The verdicts of a gate over time: the same verdict in one line, each change with its cause.") { name, document, last, since, imported, verbose, format };
        command.SetAction(parsed =>
        {
            var workspace = Workspace.Open(host, parsed.GetValue(document));
            var gate = workspace.Gate(parsed.GetValue(name));
            var from = parsed.GetValue(since) is { } time ? PastVerdicts.Time(time) ?? throw Refusal.Usage($"--since {time}: not a time", "as 2026-05-01, or 2026-05-01T09:00:00Z") : DateTimeOffset.MinValue;
            using var past = PastVerdicts.Open(host, workspace);
            var own = past.Marks.Where(mark => mark.Fact.Gate == gate.Name).ToList();
            var shown = own.Where(mark => parsed.GetValue(imported) || !mark.Imported).OrderBy(mark => mark.Fact.At).ToList();
            var lines = Stretch.Of(shown).Where(stretch => stretch.Last.Fact.At >= from).ToList();
            var kept = lines.TakeLast(parsed.GetValue(last)).Select(stretch => stretch.Explained(mark => past.Statement(mark.Fact), mark => past.InputsOf(mark.Fact.Document, mark.Fact.Release)));
            var history = new GateHistory
            {
                System = workspace.Document.System, Gate = gate.Name, Environment = gate.Environment, At = host.Now, Verdicts = shown.Count, Stretches = [.. kept],
                LeftOut = Math.Max(0, lines.Count - parsed.GetValue(last)), OfOthers = own.Count - shown.Count,
            };
            var output = new Output(parsed.GetValue(format), host.Data);
            if (output.IsJson) output.Json("history", JsonHistory.Fields(history));
            else output.Data.Write(TextHistory.Render(history, Board.Style(host, parsed.GetValue(verbose))));
            return ExitCode.Done;
        });
        return command;
    }
}
