using System.CommandLine;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>The gate's owner accepts that the gate asks for less than when it last opened.</summary>
static class AcceptCommand
{
    public static Command Build(Host host)
    {
        var name = CommonOptions.GateArgument();
        var because = CommonOptions.Because();
        var release = CommonOptions.Release();
        var options = new PersonOptions();
        var command = new Command("accept", "The document's owner accepts the softenings since the gate last opened.") { name, because, release };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            using var session = options.Session(host, parsed);
            var gate = session.Workspace.Gate(parsed.GetValue(name));
            using var signer = options.Signer(host, session, parsed, out var person);
            if (session.LastOpening(gate.Name) is not { } opening) throw Refusal.Usage($"the gate {gate.Name} has never opened, so nothing was softened", "`muster gate` says what it waits for");
            Owns(session, gate, opening, person);
            var target = session.Release(parsed.GetValue(release));
            var softenings = session.Decide(gate, target).Softenings.Where(one => !one.Accepted).ToList();
            if (softenings.Count == 0) throw Refusal.Usage($"nothing was softened since {gate.Name} last opened", "`muster gate` says what it waits for");
            var entry = session.Append([new Fact.Accepted(gate.Name, opening.Document, session.Document.Digest, parsed.GetValue(because)!, host.Now)], signer)[0];
            var after = session.DecideAndRecord(gate, target);
            var output = options.Output(host, parsed);
            if (output.IsJson)
            {
                output.Json("accept", ("entry", entry.Id), ("person", person.Name), ("gate", gate.Name), ("verdict", after.Verdict.ToString()),
                    ("softenings", Output.List(softenings, one => Value.Of(("subject", one.Subject), ("says", one.Says)))));
                return ExitCode.Done;
            }

            output.Data.WriteLine($"{person.Name} accepted for {gate.Name}:");
            foreach (var softening in softenings) output.Data.WriteLine($"  {softening.Subject}: {softening.Says}");
            output.Data.WriteLine($"The gate is now {VerdictWords.Of(after.Verdict)}.");
            return ExitCode.Done;
        });
        return command;
    }

    /// <exception cref="Refusal">The person is not the owner that the document of the last opening names: whoever edits the document cannot make themselves its owner.</exception>
    static void Owns(Session session, Gate gate, Fact.Decided opening, Person person)
    {
        var before = session.DocumentOf(opening.Document) ?? session.Document;
        var owner = (before.Gate(gate.Name) ?? gate).Owner is { Length: > 0 } own ? own : before.Owner;
        if (owner.Length == 0) throw Refusal.Usage($"the document that {gate.Name} last opened with names no owner, so nobody can accept", "undo the softening, and name an `owner:` before the next opening");
        if (person.Name != owner && !person.Roles.Contains(owner)) throw Refusal.Usage($"only {owner} can accept softenings of {gate.Name}, and {person.Name} is not", "ask its owner, or undo the softening");
    }
}
