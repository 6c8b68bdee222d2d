using System.CommandLine;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Another person's signature under a drill.</summary>
static class DrillWitnessCommand
{
    public static Command Build(Host host)
    {
        var id = new Argument<string>("CONTROL") { Description = "The control, or CONTROL/PART; its newest drill is meant. Or the drill's entry by its first digits." };
        var gate = CommonOptions.Gate();
        var options = new PersonOptions();
        var command = new Command("witness", "Signs that a drill went as its runner wrote down. Whoever ran it cannot; and whoever witnesses may not sign off the gate that counts it.") { id, gate };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            using var session = options.Session(host, parsed);
            var named = parsed.GetValue(id)!;
            using var signer = options.Signer(host, session, parsed, out var person);
            var (entry, fact) = Drill(session, named);
            var control = session.Workspace.Control(fact.Control);
            var part = Asks.Of(session.Document, control, fact.Environment).FirstOrDefault(one => one.Question.Digest == fact.Question) ?? throw Refusal.Usage($"the runbook of {fact.Control}, or what is asked of the drill, has changed since it was run", "there is a new drill to run");
            DrillStartCommand.MayWitness(person, session.Document.HolderOf(entry.Signer)?.Name ?? entry.Signer, part.Question.Steps[0].Parameters, control);
            var witnessed = session.Append([new Fact.DrillWitnessed(entry.Id, fact.Control, host.Now)], signer)[0];
            var at = session.Workspace.Gate(parsed.GetValue(gate));
            var after = session.DecideAndRecord(at, session.Release(null));
            var output = options.Output(host, parsed);
            if (output.IsJson) output.Json("drill-witness", ("entry", witnessed.Id), ("drill", entry.Id), ("control", fact.Control), ("person", person.Name), ("seen", fact.Seen), ("gate", at.Name), ("verdict", after.Verdict.ToString()));
            else
            {
                output.Data.WriteLine($"{person.Name} witnessed the drill of {fact.Control}, entry {entry.Id.Short}: {(fact.Seen["outcome"] as Value.Text)?.Is}, begun {Instant.Write(fact.Started)}.");
                output.Data.WriteLine($"The gate {at.Name} is now {VerdictWords.Of(after.Verdict)}.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    static (Entry Entry, Fact.Drilled Fact) Drill(Session session, string named)
    {
        var words = named.Split('/', 2);
        var of = session.Kept.Where(entry => entry.Fact is Fact.Drilled drilled && drilled.Control == words[0]).ToList();
        if (words.Length == 2 && of.Count > 0)
        {
            var questions = session.Document.Environments.SelectMany(place => Asks.Of(session.Document, session.Workspace.Control(words[0]), place.Name)).Where(part => part.Part.Name == words[1]).Select(part => part.Question.Digest).ToHashSet();
            of = [.. of.Where(entry => questions.Contains(((Fact.Drilled)entry.Fact).Question))];
        }

        if (of.MaxBy(entry => ((Fact.Drilled)entry.Fact).At) is { Fact: Fact.Drilled newest } found) return (found, newest);
        if (session.Document.Control(words[0]) is not null) throw Refusal.Usage($"no drill of {named} was finished", "`muster drill show` lists those that are under way");
        return session.Find(named) is { Fact: Fact.Drilled drilled } entry1 ? (entry1, drilled) : throw Refusal.Usage($"entry {named} is no drill", "`muster ledger show` lists them");
    }
}
