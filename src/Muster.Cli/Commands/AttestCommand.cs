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
            using var session = Session.Open(host, parsed.GetValue(options.Document), write: true);
            var named = parsed.GetValue(id)!;
            var control = session.Document.Control(named) ?? throw Refusal.Usage($"there is no control \"{named}\"");
            using var signer = options.Open(host, session, parsed, out var person);
            var environment = session.Workspace.Gate(parsed.GetValue(gate)).Environment;
            var target = session.Release(parsed.GetValue(release));
            var parts = Asks.Of(session.Document, control, environment).Where(part => part.Question.Steps.Any(step => step.Kind == JudgeKinds.Attestation.Name)).ToList();
            if (parts.Count == 0) throw Refusal.Usage($"{named} has no check of kind attestation", "`muster check` looks at it");

            var facts = new List<Fact>();
            foreach (var part in parts)
            {
                var step = part.Question.Steps.First(asked => asked.Kind == JudgeKinds.Attestation.Name);
                var role = (step.Parameters["by"] as Value.Text)?.Is ?? "";
                if (!person.Roles.Contains(role)) throw Refusal.Usage($"{named} is for a {role} to say, and {person.Name} is none", $"{person.Name} has: {string.Join(", ", person.Roles)}");
                var statement = (step.Parameters["target"] as Value.Text)?.Is ?? control.Title;
                facts.Add(new Fact.Attested(part.Question.Digest, named, part.Environment, target.Digest, statement, role, host.Now));
                host.Data.WriteLine($"{person.Name} says, as {role}: {statement}");
            }

            session.Append([.. facts], signer);
            return ExitCode.Done;
        });
        return command;
    }
}
