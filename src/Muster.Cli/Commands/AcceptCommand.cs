using System.Collections.Immutable;
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
            var since = Since(session, gate);
            // The owner signs with the key that they had then: whoever edits the document cannot give the owner's name another key.
            using var signer = options.Signer(host, session, parsed, out var person, key => since.Any(one => session.DocumentOf(one.From)?.PersonByKey(key) is not null));
            if (since.IsEmpty) throw Refusal.Usage($"the gate {gate.Name} has never opened, so nothing was softened", "`muster gate` says what it waits for");
            foreach (var (opened, from) in since) Owns(session, opened, from, person, signer.KeyId);
            var target = session.Release(parsed.GetValue(release));
            var softenings = session.Decide(gate, target).Softenings.Where(one => !one.Accepted).ToList();
            if (softenings.Count == 0) throw Refusal.Usage($"nothing was softened since {gate.Name} last opened", "`muster gate` says what it waits for");
            var entry = session.Append([.. since.Select(one => (Fact)new Fact.Accepted(one.Gate, one.From, session.Document.Digest, parsed.GetValue(because)!, host.Now))], signer)[0];
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

    /// <summary>What the document of now is compared with: the gate's own last opening, and those of gates that are gone.</summary>
    static ImmutableArray<(string Gate, Digest From)> Since(Session session, Gate gate) =>
    [
        .. session.LastOpening(gate.Name) is { } opening ? [(gate.Name, opening.Document)] : ImmutableArray<(string, Digest)>.Empty,
        .. Vanished.Of(session.Document, session.Folded, gate.Name),
    ];

    /// <exception cref="Refusal">The person is not the owner that the document of the last opening names: whoever edits the document cannot make themselves its owner.</exception>
    static void Owns(Session session, string gate, Digest opening, Person person, string key)
    {
        var before = session.DocumentOf(opening) ?? session.Document;
        var owner = before.Gate(gate) is { } was ? before.OwnerOf(was) : before.Owner;
        if (owner.Length == 0) throw Refusal.Usage($"the document that {gate} last opened with names no owner, so nobody can accept", "undo the softening, and name an `owner:` before the next opening");
        var then = before.People.FirstOrDefault(one => one.KeyId == key);
        if (then is not null && then.Name == owner || then?.Roles.Contains(owner) == true) return;
        if (person.Name == owner || person.Roles.Contains(owner))
            throw Refusal.Usage($"the document that {gate} last opened with does not know this key as {owner}'s", "sign with the key that it named: --key .muster/keys/NAME-DATE.key; or undo the softening");
        throw Refusal.Usage($"only {owner} can accept softenings of {gate}, and {person.Name} is not", "ask its owner, or undo the softening");
    }
}
