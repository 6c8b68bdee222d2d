using System.CommandLine;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Decides from the evidence that is there. Probes nothing.</summary>
static class GateCommand
{
    public static Command Build(Host host)
    {
        var name = CommonOptions.GateArgument();
        var document = CommonOptions.Document();
        var release = CommonOptions.Release();
        var strict = CommonOptions.Strict();
        var standing = new Option<bool>("--standing") { Description = "Does what was opened still hold? No sign-off, soak or freeze is asked for." };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Show every check, met or not." };
        var format = CommonOptions.Format(Board.Formats);
        var reports = new ReportFiles(host);
        var command = new Command("gate", "Decides a gate from the evidence in the ledger. Probes nothing; records the verdict; exits by it.") { name, document, release, strict, standing, verbose, format };
        reports.AddTo(command);
        command.SetAction(parsed =>
        {
            var files = reports.Of(parsed);
            using var session = Session.Open(host, parsed.GetValue(document), write: true);
            var gate = session.Workspace.Gate(parsed.GetValue(name));
            var decision = session.DecideAndRecord(gate, session.Release(parsed.GetValue(release)), parsed.GetValue(standing));
            Board.Print(decision, session.Workspace, new Output(parsed.GetValue(format), host.Data), host, parsed.GetValue(verbose));
            files.Write(decision, session.Workspace);
            return ExitCode.Of(decision, parsed.GetValue(strict));
        });
        return command;
    }
}
