using System.CommandLine;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>A person's signed word on a control that only a person can know.</summary>
static class AttestCommand
{
    public static Command Build(Host host)
    {
        var id = new Argument<string>("CONTROL") { Description = "The control's id; its check is of kind attestation." };
        var gate = CommonOptions.Gate();
        var release = CommonOptions.Release();
        var options = new PersonOptions();
        var command = new Command("attest", "Signs the statement of a control of kind attestation. Whoever attests may not sign off the gate that counts it.") { id, gate, release };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            using var session = options.Session(host, parsed);
            var control = session.Workspace.Control(parsed.GetValue(id)!);
            using var signer = options.Signer(host, session, parsed, out var person);
            var at = session.Workspace.Gate(parsed.GetValue(gate));
            var target = session.Release(parsed.GetValue(release));
            var facts = Asks.Of(session.Document, control, at.Environment)
                .SelectMany(part => part.Question.Steps.Where(step => step.Kind == JudgeKinds.Attestation.Name).Take(1).Select(step => Says(control, part, step, person, target, host.Now))).ToList();
            if (facts.Count == 0) throw Refusal.Usage($"{control.Id} has no check of kind attestation", "`muster check` looks at it");

            var entries = session.Append([.. facts], signer);
            var after = session.DecideAndRecord(at, target);
            var output = options.Output(host, parsed);
            if (output.IsJson)
            {
                output.Json("attest", ("person", person.Name), ("control", control.Id), ("gate", at.Name), ("verdict", after.Verdict.ToString()), ("attestations", Output.List(facts.Zip(entries), pair =>
                    Value.Of(("entry", pair.Second.Id), ("environment", pair.First.Environment), ("role", pair.First.Role), ("statement", pair.First.Statement)))));
                return ExitCode.Done;
            }

            foreach (var fact in facts) output.Data.WriteLine($"{person.Name} says, as {fact.Role}: {fact.Statement}");
            output.Data.WriteLine($"The gate {at.Name} is now {VerdictWords.Of(after.Verdict)}.");
            return ExitCode.Done;
        });
        return command;
    }

    static Fact.Attested Says(Control control, PartQuestion part, Asked step, Person person, Release release, DateTimeOffset at)
    {
        var role = (step.Parameters["by"] as Value.Text)?.Is ?? "";
        if (!person.Roles.Contains(role)) throw Refusal.Usage($"{control.Id} is for a {role} to say, and {person.Name} is none", $"{person.Name} has: {string.Join(", ", person.Roles)}");
        return new(part.Question.Digest, control.Id, part.Environment, release.Digest, (step.Parameters["target"] as Value.Text)?.Is ?? control.Title, role, at);
    }
}
