using System.CommandLine;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Whose keys the document names, now and before, which were revoked, and which lie on this machine.</summary>
static class KeyListCommand
{
    public static Command Build(Host host)
    {
        var folder = KeyCommand.Folder();
        var format = CommonOptions.TextOrJson();
        var command = new Command("list", "Lists the keys of the document's people and runners, former and revoked ones too, and those of this machine.") { folder, format };
        command.SetAction(parsed =>
        {
            var root = KeyCommand.Root(host, parsed.GetValue(folder));
            var output = new Output(parsed.GetValue(format), host.Data);
            var (keys, unreadable) = new KeyFolder(Path.Combine(root, ".muster")).List();
            using var session = Document(host, root);
            var all = session is null ? [] : Revoked(session);
            if (output.IsJson)
            {
                output.Json("key-list", ("keys", Value.List(keys.Select(key => (Value)Value.Of(("name", key.Name), ("key_id", key.Key.KeyId))))), ("unreadable", Value.Texts(unreadable)),
                    ("people", session is null ? null : Output.List(session.Document.People, person => Shown(person, all))),
                    ("runners", session is null ? null : Output.List(session.Document.Runners ?? [], runner => Value.Of(("name", runner.Name), ("key_id", runner.KeyId), ("revoked", IsRevoked(all, runner.KeyId))))),
                    ("revocations", session is null ? null : Output.List(all, one => Output.Fields(("entry", one.Entry.Id), ("key_id", one.Fact.KeyId), ("of", Of(session, one.Fact.KeyId)), ("by", Of(session, one.Entry.Signer) ?? one.Entry.Signer), ("because", one.Fact.Because), ("at", one.Fact.At), ("counts", one.Counts)))));
                return ExitCode.Done;
            }

            if (session is not null) Document(session, all, output.Data);
            if (session is not null && !keys.IsEmpty) output.Data.WriteLine("\nOn this machine (.muster/keys)");
            foreach (var key in keys) output.Data.WriteLine($"{key.Name,-16} {key.Key.KeyId}{(IsRevoked(all, key.Key.KeyId) ? "  REVOKED" : "")}");
            if (keys.IsEmpty) output.Data.WriteLine("No keys on this machine yet. The runner's is made on first use; a person's by `muster key new NAME`.");
            foreach (var file in unreadable) host.Talk.WriteLine($"muster: keys/{file} holds no P-256 public key");
            return ExitCode.Done;
        });
        return command;
    }

    static Session? Document(Host host, string root)
    {
        if (!File.Exists(Path.Combine(root, "muster.yaml"))) return null;
        try
        {
            return Session.Open(host, Path.Combine(root, "muster.yaml"), write: false);
        }
        catch (Refusal)
        {
            host.Talk.WriteLine("muster: the document or its ledger cannot be read, so that the keys of its people are not shown: `muster lint`, `muster ledger verify`");
            return null;
        }
    }

    static void Document(Session session, List<(Entry Entry, Fact.Revoked Fact, bool Counts)> all, TextWriter to)
    {
        to.WriteLine($"People of {session.Workspace.File}");
        if (session.Document.People.IsEmpty) to.WriteLine("  nobody");
        foreach (var person in session.Document.People)
        {
            to.WriteLine($"{person.Name,-16} {person.KeyId ?? "no key",-64}{(IsRevoked(all, person.KeyId) ? "  REVOKED" : "")}  {string.Join(", ", person.Roles)}");
            foreach (var former in person.Former ?? []) to.WriteLine($"{"",-16} {former.KeyId}{(IsRevoked(all, former.KeyId) ? "  REVOKED" : "")}  former, until {Instant.Write(former.Until)}");
        }

        to.WriteLine("\nRunners");
        foreach (var runner in session.Document.Runners ?? []) to.WriteLine($"{runner.Name,-16} {runner.KeyId}{(IsRevoked(all, runner.KeyId) ? "  REVOKED" : "")}");
        if (session.Document.Runners is null) to.WriteLine("  none named: the runner of the ledger alone");
        if (all.Count == 0) return;
        to.WriteLine("\nRevocations");
        foreach (var (entry, fact, counts) in all)
        {
            to.WriteLine($"{Of(session, fact.KeyId) ?? "",-16} {fact.KeyId}");
            to.WriteLine($"{"",-16} by {Of(session, entry.Signer) ?? entry.Signer[..12]} at {Instant.Write(fact.At)}: {fact.Because}{(counts ? "" : ". It counts for nothing: whoever signed it may not revoke this key")}");
        }
    }

    static Value.Fields Shown(Person person, List<(Entry Entry, Fact.Revoked Fact, bool Counts)> all) => Output.Fields(
        ("name", person.Name), ("roles", Value.Texts(person.Roles)), ("key_id", person.KeyId), ("revoked", IsRevoked(all, person.KeyId)),
        ("former", Output.List(person.Former ?? [], former => Value.Of(("key_id", former.KeyId), ("until", former.Until), ("revoked", IsRevoked(all, former.KeyId))))));

    /// <summary>A revocation counts here if it does for any gate: gates may have owners of their own.</summary>
    static List<(Entry Entry, Fact.Revoked Fact, bool Counts)> Revoked(Session session)
    {
        var gates = session.Document.Gates.IsEmpty ? [new Gate { Name = "", Environment = "", Controls = [] }] : session.Document.Gates;
        return [.. gates.SelectMany(gate => Revocations.Of(session.Document, session.Folded, gate).All).GroupBy(one => one.Entry.Id)
            .Select(same => (same.First().Entry, same.First().Fact, same.Any(one => one.Counts)))];
    }

    static bool IsRevoked(List<(Entry Entry, Fact.Revoked Fact, bool Counts)> all, string? keyId) => all.Exists(one => one.Counts && one.Fact.KeyId == keyId);

    static string? Of(Session session, string keyId) =>
        session.Document.HolderOf(keyId)?.Name ?? session.Document.Runners?.FirstOrDefault(runner => runner.KeyId == keyId)?.Name
        ?? (!session.IsInMemory && session.Ledger.RunnerKey.KeyId == keyId ? "runner" : null);
}
