using System.CommandLine;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>The verdict as a page, a comment or data. Decides, but records nothing.</summary>
static class ReportCommand
{
    public static Command Build(Host host)
    {
        var name = CommonOptions.GateArgument();
        var document = CommonOptions.Document();
        var release = CommonOptions.Release();
        var strict = CommonOptions.Strict();
        var file = new Option<string?>("--output", "-o") { Description = "Write to this file instead of standard output.", HelpName = "FILE" };
        var format = CommonOptions.Format(Board.Formats);
        var reports = new ReportFiles(host);
        var command = new Command("report", "Prints the verdict of a gate: for people as text, Markdown or one self-contained HTML page, for tools as JSON, JUnit, SARIF, OpenMetrics or annotations. Probes and records nothing.") { name, document, release, strict, file, format };
        reports.AddTo(command);
        command.SetAction(parsed =>
        {
            var files = reports.Of(parsed);
            using var session = Session.Open(host, parsed.GetValue(document), write: false);
            var gate = session.Workspace.Gate(parsed.GetValue(name));
            var decision = session.Decide(gate, session.Release(parsed.GetValue(release)));
            var drills = DrillTrend.Of(session.Document, gate, session.Folded, ProbeKinds.Catalogue);
            if (parsed.GetValue(file) is { } path)
            {
                using var to = new StringWriter();
                Board.Print(decision, session.Workspace, new Output(parsed.GetValue(format), to), host with { Interactive = false }, drills: drills);
                OutputFile.Write(host, path, System.Text.Encoding.UTF8.GetBytes(to.ToString()));
            }
            else
            {
                Board.Print(decision, session.Workspace, new Output(parsed.GetValue(format), host.Data), host, drills: drills);
            }

            files.Write(decision, session.Workspace);
            return ExitCode.Of(decision, parsed.GetValue(strict));
        });
        return command;
    }
}
