using System.CommandLine;
using Muster.Ledger;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Recomputes a past verdict from its stored inputs, as of its own instant; it must give the same bytes.</summary>
static class ReplayCommand
{
    public static Command Build(Host host)
    {
        var id = new Argument<string>("VERDICT") { Description = "The verdict's entry (its digest or first digits), or \"last\"." };
        var document = CommonOptions.Document();
        var format = CommonOptions.TextOrJson();
        var command = new Command("replay", "Recomputes a past verdict from the ledger alone, as of its instant. The same inputs give the same bytes.") { id, document, format };
        command.SetAction(parsed =>
        {
            using var session = Session.Open(host, parsed.GetValue(document), write: false);
            var named = parsed.GetValue(id)!;
            var entry = named == "last"
                ? session.Kept.LastOrDefault(one => one.Fact is Fact.Decided) ?? throw Refusal.Usage("no verdict has been given yet", "`muster check` gives one")
                : session.Find(named);
            if (entry.Fact is not Fact.Decided decided) throw Refusal.Usage($"entry {entry.Id.Short} is no verdict", "`muster ledger show` lists them");
            var stored = Bytes(session, decided.Statement, "the statement");
            var judged = Statements.Read<Document>(Bytes(session, decided.Document, "the document"));
            var folded = session.Fold();
            foreach (var before in session.Ledger.Read(known: session.Workspace.PublishedKeys).Take((int)decided.Over)) folded.Add(before);
            var again = decided.Standing
                ? Judge.Stand(judged, decided.Release, folded, decided.Gate, decided.At, ProbeKinds.Catalogue)
                : Judge.Decide(judged, decided.Release, folded, decided.Gate, decided.At, ProbeKinds.Catalogue);
            if (again is not Judgement.Given { Decision: var decision }) throw new Refusal(ExitCode.NotVerified, $"the replay gives no verdict: {((Judgement.None)again).Because}");

            var same = Statements.ToBytes(decision).AsSpan().SequenceEqual(stored);
            var output = new Output(parsed.GetValue(format), host.Data);
            if (output.IsJson)
                output.Json("replay", ("entry", entry.Id), ("gate", decided.Gate), ("at", decided.At), ("verdict", decided.Verdict.ToString()), ("replayed", decision.Verdict.ToString()), ("same_bytes", same), ("statement", decided.Statement));
            else
                output.Data.WriteLine(same
                    ? $"The same, byte for byte: {VerdictWords.Of(decided.Verdict)} for {decided.Gate} at {Instant.Write(decided.At)}, over {decided.Over} entries. Statement {decided.Statement}."
                    : $"DIFFERENT: the ledger says {VerdictWords.Of(decided.Verdict)}, the replay {VerdictWords.Of(decision.Verdict)}. Statement {decided.Statement}.");
            return same ? ExitCode.Done : ExitCode.NotVerified;
        });
        return command;
    }

    static byte[] Bytes(Session session, Digest digest, string what) => session.Ledger.Blobs.Get(digest) switch
    {
        BlobReading.Found { Bytes: var bytes } => [.. bytes],
        BlobReading.Corrupt => throw new Refusal(ExitCode.NotVerified, $"{what} {digest.Short} is not what its digest says", "restore .muster/blobs from a copy"),
        BlobReading.Expired => throw new Refusal(ExitCode.NotVerified, $"{what} {digest.Short} has expired"),
        _ => throw new Refusal(ExitCode.NotVerified, $"{what} {digest.Short} is missing", "restore .muster/blobs from a copy"),
    };
}
