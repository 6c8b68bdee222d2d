using System.CommandLine;
using Muster.Cli.Reviewing;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>What is to be signed, as one file for those who sign on machines of their own.</summary>
static class ReviewCommand
{
    public static Command Build(Host host) => new("review", "Lays a gate before those who sign.") { Open(host) };

    static Command Open(Host host)
    {
        var name = CommonOptions.GateArgument();
        var document = CommonOptions.Document();
        var release = CommonOptions.Release();
        var file = new Option<string>("--output", "-o") { Description = "The page to write.", DefaultValueFactory = _ => "review.html", HelpName = "FILE" };
        var format = CommonOptions.TextOrJson();
        var command = new Command("open", "Writes one page that shows what is to be signed, readable in any browser, with the payload that `muster sign --review` signs. Probes and records nothing.") { name, document, release, file, format };
        command.SetAction(parsed =>
        {
            var workspace = Workspace.Open(host, parsed.GetValue(document));
            if (!Directory.Exists(Path.Combine(workspace.State, "ledger"))) throw Refusal.Usage("there is no ledger yet, so there is nothing to sign", "`muster check` begins one, or `muster import` brings evidence");
            using var session = Session.Open(host, workspace, write: true);
            var gate = workspace.Gate(parsed.GetValue(name));
            var decision = session.Decide(gate, session.Release(parsed.GetValue(release)));
            var page = ReviewPage.Write(session, decision, gate);
            OutputFile.Write(host, parsed.GetValue(file)!, page);
            var output = new Output(parsed.GetValue(format), host.Data);
            if (output.IsJson)
                output.Json("review-open", ("file", parsed.GetValue(file)!), ("bytes", page.Length), ("gate", gate.Name), ("verdict", decision.Verdict.ToString()), ("release", decision.Release), ("document", decision.Document),
                    ("key_id", session.Ledger.RunnerKey.KeyId), ("to_sign", Output.List(decision.ToSign, role => Output.Fields(("role", role.Role), ("count", role.Count)))));
            else
            {
                output.Data.WriteLine($"Wrote {parsed.GetValue(file)}: {gate.Name} as it stands, {VerdictWords.Of(decision.Verdict)}{(decision.ToSign.IsEmpty ? "" : $"; to sign: {string.Join(", ", decision.ToSign.Select(role => $"{role.Count} × {role.Role}"))}")}. Send it to those who sign.");
                output.Data.WriteLine($"  They answer with: muster sign --review {Path.GetFileName(parsed.GetValue(file))} --as NAME");
                output.Data.WriteLine($"  It is signed by this machine's key, {session.Ledger.RunnerKey.Fingerprint}; tell them by another way.");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
