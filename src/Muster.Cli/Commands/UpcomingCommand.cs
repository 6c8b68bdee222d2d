using System.CommandLine;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>What runs out next, and what becomes of the verdict then. Probes and records nothing.</summary>
static class UpcomingCommand
{
    public static Command Build(Host host)
    {
        var name = CommonOptions.GateArgument();
        var within = new Option<string>("--within") { Description = "How far to look ahead, as 14d.", HelpName = "DURATION", DefaultValueFactory = _ => "14d" };
        var document = CommonOptions.Document();
        var release = CommonOptions.Release();
        var format = CommonOptions.TextOrJson();
        var command = new Command("upcoming", "Lists what runs out next, soonest first, and when the verdict turns if nothing is done.") { name, within, document, release, format };
        command.SetAction(parsed =>
        {
            using var session = Session.Open(host, parsed.GetValue(document), write: false);
            var gate = session.Workspace.Gate(parsed.GetValue(name));
            var target = session.Release(parsed.GetValue(release));
            _ = session.Decide(gate, target); // says why there is no verdict, where there is none
            var outlook = Upcoming.Of(session.Document, target.Digest, session.Folded, gate.Name, host.Now, Durations.Read(parsed.GetValue(within)!, "--within"), ProbeKinds.Catalogue)!;
            var output = new Output(parsed.GetValue(format), host.Data);
            if (output.IsJson) output.Json("upcoming", UpcomingReport.Fields(outlook));
            else output.Data.Write(UpcomingReport.Render(outlook, Board.Style(host)));
            return ExitCode.Done;
        });
        return command;
    }
}
