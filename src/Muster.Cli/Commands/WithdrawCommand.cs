using System.CommandLine;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Takes back one's own rejection or sign-off.</summary>
static class WithdrawCommand
{
    public static Command Build(Host host)
    {
        var id = new Argument<string>("ENTRY") { Description = "The entry's digest, or its first digits." };
        var because = CommonOptions.Because();
        var options = new PersonOptions();
        var command = new Command("withdraw", "Takes back your own rejection or sign-off.") { id, because };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            using var session = options.Session(host, parsed);
            using var signer = options.Signer(host, session, parsed, out var person);
            var entry = session.Find(parsed.GetValue(id)!);
            var (gate, what) = entry.Fact switch
            {
                Fact.Rejected rejected => (rejected.Gate, "rejection"),
                Fact.SignedOff signed => (signed.Gate, "sign-off"),
                _ => throw Refusal.Usage($"entry {entry.Id.Short} is neither a rejection nor a sign-off", "`muster ledger show` lists them"),
            };
            if (entry.Signer != signer.KeyId) throw Refusal.Usage($"entry {entry.Id.Short} was not signed by {person.Name}", "only its author can withdraw it");
            if (session.Kept.Any(one => one.Fact is Fact.Withdrawn before && before.Entry == entry.Id)) throw Refusal.Usage($"entry {entry.Id.Short} is withdrawn already", "`muster gate` says what follows");
            var withdrawal = session.Append([new Fact.Withdrawn(entry.Id, parsed.GetValue(because)!, host.Now)], signer)[0];
            var output = options.Output(host, parsed);
            if (output.IsJson) output.Json("withdraw", ("entry", withdrawal.Id), ("withdrawn", entry.Id), ("what", what), ("person", person.Name), ("gate", gate));
            else output.Data.WriteLine($"{person.Name} withdrew the {what} of {gate}, entry {entry.Id.Short}. `muster gate {gate}` says what follows.");
            return ExitCode.Done;
        });
        return command;
    }
}
