using System.CommandLine;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>From here on nothing that a key signed counts, whatever the date on it; what it rejected stays rejected.</summary>
static class KeyRevokeCommand
{
    const int FewestDigits = 8;

    public static Command Build(Host host)
    {
        var name = new Argument<string>("NAME|KEYID") { Description = "A person or runner of the document, or the first digits of a key's id; `muster key list` shows them." };
        var because = CommonOptions.Because();
        var options = new PersonOptions();
        var command = new Command("revoke", "Says that a key is lost or stolen: nothing that it signed counts any more, but its rejections stand. It cannot be taken back.") { name, because };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            using var session = options.Session(host, parsed);
            var key = Find(session, parsed.GetValue(name)!);
            using var signer = options.Signer(host, session, parsed, out var person, own => own == key);
            var gates = session.Document.Gates.IsEmpty ? [new Gate { Name = "", Environment = "", Controls = [] }] : session.Document.Gates;
            if (!gates.Any(gate => Revocations.May(session.Document, session.Folded, gate, signer.KeyId, key, host.Now)))
                throw Refusal.Usage($"{person.Name} may not revoke the key {key[..12]}", $"its own person does, or the owner of the document{(session.Document.Owner.Length > 0 ? $", {session.Document.Owner}" : "")}");
            if (gates.All(gate => Revocations.Of(session.Document, session.Folded, gate).Has(key))) throw Refusal.Usage($"the key {key[..12]} is revoked already", "`muster key list` shows by whom");
            var words = session.Kept.Count(entry => entry.Signer == key);
            var entry = session.Append([new Fact.Revoked(key, parsed.GetValue(because)!, host.Now)], signer)[0];
            var of = session.Document.HolderOf(key)?.Name ?? session.Document.Runners?.FirstOrDefault(runner => runner.KeyId == key)?.Name;
            var output = options.Output(host, parsed);
            if (output.IsJson)
            {
                output.Json("key-revoke", ("entry", entry.Id), ("key_id", key), ("of", of), ("person", person.Name), ("words", words));
                return ExitCode.Done;
            }

            output.Data.WriteLine($"{person.Name} revoked {(of is null ? "the" : of + "'s")} key {key[..12]}. It signed {words} {(words == 1 ? "entry" : "entries")} besides evidence; none counts any more, but what it rejected stays rejected.");
            output.Data.WriteLine("  `muster gate` says what follows. A new key: muster key rotate NAME, or muster key new NAME on another machine; then name it in the document.");
            return ExitCode.Done;
        });
        return command;
    }

    static string Find(Session session, string named)
    {
        var document = session.Document;
        if (document.People.FirstOrDefault(person => person.Name == named) is { } known) return known.KeyId ?? throw Refusal.Usage($"the document names no key of {named}'s", "give the first digits of the key's id; `muster key list` shows them");
        if (document.Runners?.FirstOrDefault(runner => runner.Name == named) is { } looks) return looks.KeyId;
        var ids = document.People.SelectMany(person => (person.Former ?? []).Select(former => former.KeyId).Append(person.KeyId ?? ""))
            .Concat((document.Runners ?? []).Select(runner => runner.KeyId)).Concat(session.Kept.Select(entry => entry.Signer)).Append(session.Ledger.RunnerKey.KeyId)
            .Where(id => named.Length >= FewestDigits && id.StartsWith(named, StringComparison.Ordinal)).Distinct().Take(2).ToList();
        return ids switch
        {
            [var one] => one,
            [] => throw Refusal.Usage($"no key is known by {named}", "`muster key list` shows them; give a name, or at least eight digits of the key's id"),
            _ => throw Refusal.Usage($"several keys begin with {named}", "give more digits"),
        };
    }
}
