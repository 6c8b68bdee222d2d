using System.CommandLine;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>One control in full: expected beside observed, what was asked, the evidence, the rule line that decided, the fix.</summary>
static class WhyCommand
{
    public static Command Build(Host host)
    {
        var id = new Argument<string>("CONTROL") { Description = "The control's id." };
        var document = CommonOptions.Document();
        var gate = CommonOptions.Gate();
        var release = CommonOptions.Release();
        var format = CommonOptions.TextOrJson();
        var command = new Command("why", "Shows why a control is in its state. Probes nothing.") { id, document, gate, release, format };
        command.SetAction(parsed =>
        {
            using var session = Session.Open(host, parsed.GetValue(document), write: false);
            var output = new Output(parsed.GetValue(format), host.Data);
            var control = session.Workspace.Control(parsed.GetValue(id)!);
            var decision = session.Decide(session.Workspace.Gate(parsed.GetValue(gate)), session.Release(parsed.GetValue(release)));
            if (decision.Controls.FirstOrDefault(shown => shown.Id == control.Id) is not { } shown)
                throw Refusal.Usage($"the gate {decision.Gate} does not require {control.Id}", "name a gate that does: --gate NAME");

            var asked = Board.Asked(session.Document, control, decision.Environment);
            if (output.IsJson) output.Json("why", ("gate", decision.Gate), ("control", Statements.ToValue(shown)), ("asked", new Value.Fields(asked)));
            else output.Data.Write(TextReport.Why(decision, control.Id, Board.Style(host), asked));
            return shown.State switch { State.Met => ExitCode.Done, State.Failed => ExitCode.NoGo, _ => ExitCode.Undecided };
        });
        return command;
    }
}
