using System.CommandLine;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>A veto on a gate and a release. It stands until its author withdraws it; new evidence does not touch it.</summary>
static class RejectCommand
{
    public static Command Build(Host host)
    {
        var name = new Argument<string?>("GATE") { Arity = ArgumentArity.ZeroOrOne, Description = "The gate (default: the only one)." };
        var because = new Option<string>("--because") { Description = "Why, in a sentence.", Required = true };
        var release = CommonOptions.Release();
        var options = new PersonOptions();
        var command = new Command("reject", "Vetoes a gate for this release. It stands until the same person withdraws it.") { name, because, release };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            using var session = Session.Open(host, parsed.GetValue(options.Document), write: true);
            var gate = session.Workspace.Gate(parsed.GetValue(name));
            using var signer = options.Open(host, session, parsed, out var person);
            if (!gate.Sign.Any(asked => person.Roles.Contains(asked.Role)))
                throw Refusal.Usage($"{person.Name} has no role in the gate {gate.Name}, so their veto would not count", $"it is signed by: {string.Join(", ", gate.Sign.Select(asked => asked.Role))}");
            var entry = session.Append([new Fact.Rejected(gate.Name, session.Release(parsed.GetValue(release)).Digest, parsed.GetValue(because)!, host.Now)], signer)[0];
            host.Data.WriteLine($"{person.Name} rejected {gate.Name}. Entry {entry.Id.Short}. To take it back: muster withdraw {entry.Id.Short} --as {person.Name} --because …");
            return ExitCode.Done;
        });
        return command;
    }
}
