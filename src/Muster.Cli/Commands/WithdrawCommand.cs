using System.CommandLine;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Takes back one's own rejection or sign-off.</summary>
static class WithdrawCommand
{
    public static Command Build(Host host)
    {
        var id = new Argument<string>("ENTRY") { Description = "The entry's digest, or its first digits." };
        var because = new Option<string>("--because") { Description = "Why, in a sentence.", Required = true };
        var options = new PersonOptions();
        var command = new Command("withdraw", "Takes back your own rejection or sign-off.") { id, because };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            using var session = Session.Open(host, parsed.GetValue(options.Document), write: true);
            using var signer = options.Open(host, session, parsed, out var person);
            var entry = session.Find(parsed.GetValue(id)!);
            if (entry.Fact is not (Fact.Rejected or Fact.SignedOff)) throw Refusal.Usage($"entry {entry.Id.Short} is neither a rejection nor a sign-off");
            if (entry.Signer != signer.KeyId) throw Refusal.Usage($"entry {entry.Id.Short} was not signed by {person.Name}", "only its author can withdraw it");
            session.Append([new Fact.Withdrawn(entry.Id, parsed.GetValue(because)!, host.Now)], signer);
            host.Data.WriteLine($"{person.Name} withdrew entry {entry.Id.Short}.");
            return ExitCode.Done;
        });
        return command;
    }
}
