using System.CommandLine;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>The gate's owner accepts that the gate asks for less than when it last opened.</summary>
static class AcceptCommand
{
    public static Command Build(Host host)
    {
        var name = new Argument<string?>("GATE") { Arity = ArgumentArity.ZeroOrOne, Description = "The gate (default: the only one)." };
        var because = new Option<string>("--because") { Description = "Why, in a sentence.", Required = true };
        var options = new PersonOptions();
        var command = new Command("accept", "The gate's owner accepts the softenings since the last opening.") { name, because };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            using var session = Session.Open(host, parsed.GetValue(options.Document), write: true);
            var gate = session.Workspace.Gate(parsed.GetValue(name));
            using var signer = options.Open(host, session, parsed, out var person);
            if (session.LastOpening(gate.Name) is not { } opening) throw Refusal.Usage($"the gate {gate.Name} has never opened, so nothing was softened");
            var softenings = session.Decide(gate, session.Release(null)).Softenings.Where(one => !one.Accepted).ToList();
            if (softenings.Count == 0) throw Refusal.Usage($"nothing was softened since {gate.Name} last opened");
            session.Append([new Fact.Accepted(gate.Name, opening.Document, session.Document.Digest, parsed.GetValue(because)!, host.Now)], signer);
            host.Data.WriteLine($"{person.Name} accepted for {gate.Name}:");
            foreach (var softening in softenings) host.Data.WriteLine($"  {softening.Subject}: {softening.Says}");
            return ExitCode.Done;
        });
        return command;
    }
}
