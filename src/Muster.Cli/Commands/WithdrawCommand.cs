using System.CommandLine;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Takes back one's own word: a rejection, a sign-off, a waiver, a request, an acceptance, an attestation, a drill that passed, broken glass.</summary>
static class WithdrawCommand
{
    public static Command Build(Host host)
    {
        var id = new Argument<string>("ENTRY") { Description = "The entry's digest, or its first digits." };
        var because = CommonOptions.Because();
        var options = new PersonOptions();
        var command = new Command("withdraw", "Takes back what you signed yourself: a rejection, a sign-off, a waiver or its request, an acceptance, an attestation, a drill that passed, broken glass.") { id, because };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            using var session = options.Session(host, parsed);
            using var signer = options.Signer(host, session, parsed, out var person);
            var entry = session.Find(parsed.GetValue(id)!);
            var (what, gate, control) = entry.Fact switch
            {
                Fact.Rejected rejected => ("rejection", rejected.Gate, (string?)null),
                Fact.SignedOff signed => ("sign-off", signed.Gate, null),
                Fact.Accepted accepted => ("acceptance", accepted.Gate, null),
                Fact.GlassBroken broken => ("break-glass", broken.Gate, null),
                Fact.Waived waived => ("waiver", (string?)null, waived.Waiver.Control),
                Fact.WaiverRequested asked => ("waiver-request", null, asked.Waiver.Control),
                Fact.Attested attested => ("attestation", null, attested.Control),
                Fact.Drilled drilled => ("drill", null, drilled.Control),
                Fact.DrillWitnessed witnessed => ("drill-witness", null, witnessed.Control),
                _ => throw Refusal.Usage($"entry {entry.Id.Short} is nothing that a person takes back", "`muster ledger show` lists them; a revocation stands for ever"),
            };
            if (entry.Fact is Fact.Drilled { Seen: var rehearsed } && rehearsed["outcome"] is not Value.Text { Is: "passed" })
                throw Refusal.Usage($"entry {entry.Id.Short} is a drill that failed, and stands until a later one passes", "`muster drill start` begins the next");
            if (!MayTakeBack(session, gate, entry, signer.KeyId, person)) throw Refusal.Usage($"entry {entry.Id.Short} was not signed by {person.Name}", "only its author can withdraw it");
            if (session.Kept.Any(one => one.Fact is Fact.Withdrawn before && before.Entry == entry.Id && one.Signer == signer.KeyId)) throw Refusal.Usage($"entry {entry.Id.Short} is withdrawn already", "`muster gate` says what follows");
            var withdrawal = session.Append([new Fact.Withdrawn(entry.Id, parsed.GetValue(because)!, host.Now)], signer)[0];
            var output = options.Output(host, parsed);
            if (output.IsJson) output.Json("withdraw", ("entry", withdrawal.Id), ("withdrawn", entry.Id), ("what", what), ("person", person.Name), ("gate", gate), ("control", control));
            else output.Data.WriteLine($"{person.Name} withdrew the {what} of {gate ?? control}, entry {entry.Id.Short}. `muster gate{(gate is null ? "" : " " + gate)}` says what follows.");
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Its author, with whatever key of theirs; and for a rejection whose key was revoked, the gate's owner.</summary>
    static bool MayTakeBack(Session session, string? gate, Entry entry, string signer, Person person)
    {
        if (entry.Signer == signer || session.Document.HolderOf(entry.Signer)?.Name == person.Name) return true;
        return entry.Fact is Fact.Rejected && session.Document.Gate(gate!) is { } found && Revocations.Of(session.Document, session.Folded, found).Has(entry.Signer)
            && session.Document.OwnerOf(found) is var owner && (person.Name == owner || person.Roles.Contains(owner));
    }
}
