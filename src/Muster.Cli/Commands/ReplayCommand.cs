using System.CommandLine;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Recomputes past verdicts from their stored inputs, as of their own instants; they must give the same bytes.</summary>
static class ReplayCommand
{
    public static Command Build(Host host)
    {
        var id = new Argument<string?>("VERDICT") { Arity = ArgumentArity.ZeroOrOne, Description = "The verdict's entry (its digest or first digits), or \"last\"." };
        var all = new Option<bool>("--all") { Description = "Every verdict that was given over this ledger." };
        var document = CommonOptions.Document();
        var format = CommonOptions.TextOrJson();
        var command = new Command("replay", "Recomputes a past verdict, or all of them, from the ledger alone, as of its instant. The same inputs give the same bytes.") { id, all, document, format };
        command.SetAction(parsed =>
        {
            using var session = Session.Open(host, parsed.GetValue(document), write: false);
            var output = new Output(parsed.GetValue(format), host.Data);
            return (parsed.GetValue(id), parsed.GetValue(all)) switch
            {
                ({ } named, false) => One(session, named, output),
                (null, true) => All(session, output),
                (null, false) => throw Refusal.Usage("which verdict?", "muster replay last, the first digits of its entry, or --all"),
                _ => throw Refusal.Usage("a verdict and --all: which of the two?", "leave one out"),
            };
        });
        return command;
    }

    static int One(Session session, string named, Output output)
    {
        var entry = named == "last"
            ? session.Kept.LastOrDefault(one => one.Fact is Fact.Decided && one.Signer == session.Ledger.RunnerKey.KeyId) ?? throw Refusal.Usage("no verdict has been given yet", "`muster check` gives one")
            : session.Find(named);
        if (entry.Fact is not Fact.Decided decided) throw Refusal.Usage($"entry {entry.Id.Short} is no verdict", "`muster ledger show` lists them");
        if (entry.Signer != session.Ledger.RunnerKey.KeyId) throw Refusal.Usage($"entry {entry.Id.Short} was decided over another ledger, so it cannot be decided again over this one", "replay it where it was given");
        var replayed = Replaying.One(session, entry, decided);
        if (replayed.Again is not { } again) throw new Refusal(ExitCode.NotVerified, $"the replay gives no verdict: {replayed.Because}", "restore .muster/blobs from a copy");

        if (output.IsJson)
            output.Json("replay", ("entry", entry.Id), ("gate", decided.Gate), ("at", decided.At), ("verdict", decided.Verdict.ToString()), ("replayed", again.Verdict.ToString()), ("same_bytes", replayed.Same), ("statement", decided.Statement));
        else
            output.Data.WriteLine(replayed.Same
                ? $"The same, byte for byte: {VerdictWords.Of(decided.Verdict)} for {decided.Gate} at {Instant.Write(decided.At)}, over {decided.Over} entries. Statement {decided.Statement}."
                : $"DIFFERENT: the ledger says {VerdictWords.Of(decided.Verdict)}, the replay {VerdictWords.Of(again.Verdict)}. Statement {decided.Statement}.");
        return replayed.Same ? ExitCode.Done : ExitCode.NotVerified;
    }

    static int All(Session session, Output output)
    {
        if (session.IsInMemory) throw Refusal.Usage("there is no ledger yet", "`muster check` begins one");
        var (same, others, different) = (0, new List<Entry>(), new List<Replayed>());
        foreach (var replayed in Replaying.All(session, others))
        {
            if (replayed.Same) same++;
            else different.Add(replayed);
        }

        if (output.IsJson)
            output.Json("replay-all", ("verdicts", same + different.Count), ("same_bytes", same),
                ("different", Output.List(different, one => Output.Fields(("entry", one.Entry.Id), ("gate", one.Decided.Gate), ("at", one.Decided.At), ("verdict", one.Decided.Verdict.ToString()), ("replayed", one.Again?.Verdict.ToString()), ("because", one.Because)))),
                ("of_others", Output.List(others, entry => Value.Of(("entry", entry.Id), ("signer", entry.Signer)))));
        else
        {
            output.Data.WriteLine(different.Count == 0
                ? $"{same} of {same} verdicts the same, byte for byte."
                : $"DIFFERENT: {different.Count} of {same + different.Count} verdicts; {same} the same, byte for byte.");
            foreach (var one in different)
                output.Data.WriteLine($"  ! {one.Entry.Id.Short}  {Instant.Write(one.Decided.At)}  {one.Decided.Gate}: the ledger says {VerdictWords.Of(one.Decided.Verdict)}, the replay {(one.Again is { } again ? VerdictWords.Of(again.Verdict) : "gives none: " + one.Because)}");
            foreach (var entry in others)
                output.Data.WriteLine($"  ? {entry.Id.Short}  decided over another ledger, by {entry.Signer[..Math.Min(10, entry.Signer.Length)]}: replay it there");
        }

        return different.Count == 0 ? ExitCode.Done : ExitCode.NotVerified;
    }
}
