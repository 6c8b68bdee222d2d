using System.CommandLine;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>A veto on a gate and a release. It stands until its author withdraws it; new evidence does not touch it.</summary>
static class RejectCommand
{
    public static Command Build(Host host)
    {
        var name = CommonOptions.GateArgument();
        var because = CommonOptions.Because();
        var release = CommonOptions.Release();
        var options = new PersonOptions();
        var command = new Command("reject", "Vetoes a gate for this release. It stands until the same person withdraws it.") { name, because, release };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            using var session = options.Session(host, parsed);
            var gate = session.Workspace.Gate(parsed.GetValue(name));
            using var signer = options.Signer(host, session, parsed, out var person);
            var target = session.Release(parsed.GetValue(release));
            var entry = session.Append([new Fact.Rejected(gate.Name, target.Digest, parsed.GetValue(because)!, host.Now)], signer)[0];
            var after = session.DecideAndRecord(gate, target);
            var output = options.Output(host, parsed);
            if (output.IsJson)
            {
                output.Json("reject", ("entry", entry.Id), ("person", person.Name), ("gate", gate.Name), ("release", target.Digest), ("verdict", after.Verdict.ToString()));
                return ExitCode.Done;
            }

            output.Data.WriteLine($"{person.Name} rejected {gate.Name}. Entry {entry.Id.Short}. To take it back: muster withdraw {entry.Id.Short} --as {person.Name} --because …");
            output.Data.WriteLine($"The gate is now {VerdictWords.Of(after.Verdict)}.");
            return ExitCode.Done;
        });
        return command;
    }
}
