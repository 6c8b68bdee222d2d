using System.CommandLine;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli.Commands;

static class LedgerCommand
{
    public static Command Build(Host host) => new("ledger", "Verifies and shows the ledger.") { Verify(host), Show(host) };

    static Command Verify(Host host)
    {
        var document = CommonOptions.Document();
        var since = new Option<string?>("--since") { Description = "A checkpoint kept elsewhere, which the log must continue.", HelpName = "FILE" };
        var format = CommonOptions.TextOrJson();
        var command = new Command("verify", "Proves the whole ledger: every record, signature, tile, checkpoint and blob.") { document, since, format };
        command.SetAction(parsed =>
        {
            // A damaged ledger does not open; verifying it must tell everything all the same, so it is not opened here.
            var workspace = Workspace.Open(host, parsed.GetValue(document));
            if (!Directory.Exists(Path.Combine(workspace.State, "ledger"))) throw Refusal.Usage("there is no ledger yet", "`muster check` begins one");
            var kept = parsed.GetValue(since) is { } note ? VerifyCommand.Kept(host, note) : null;
            var verified = LedgerVerifier.Verify(workspace.State, workspace.PublishedKeys, kept);
            var output = new Output(parsed.GetValue(format), host.Data);
            if (output.IsJson)
                output.Json("ledger-verify", ("holds", verified.Holds), ("entries", verified.Entries), ("checked", Value.Texts(verified.Checked)), ("not_checked", Value.Texts(verified.NotChecked)),
                    ("findings", Output.List(verified.Findings, finding => Output.Fields(
                        ("fault", finding.Fault.ToString()), ("file", finding.File), ("offset", finding.Offset is { } offset ? offset : null), ("entry", finding.Entry is { } entry ? entry : null), ("says", finding.Says)))));
            else
            {
                output.Data.WriteLine(verified.Holds ? $"The ledger holds: {verified.Entries} entries." : $"The ledger does NOT hold: {verified.Findings.Length} findings over {verified.Entries} entries that could be read.");
                foreach (var finding in verified.Findings) output.Data.WriteLine($"  ! {finding}");
                foreach (var line in verified.Checked) output.Data.WriteLine($"  - {line}");
                foreach (var line in verified.NotChecked) output.Data.WriteLine($"  ? {line}");
            }

            return verified.Holds ? ExitCode.Done : ExitCode.NotVerified;
        });
        return command;
    }

    static Command Show(Host host)
    {
        var document = CommonOptions.Document();
        var last = CommonOptions.Number("--last", "-n", "Only the last so many.", otherwise: 50, most: 1_000_000);
        var format = CommonOptions.TextOrJson();
        var command = new Command("show", "Lists entries, newest last.") { document, last, format };
        command.SetAction(parsed =>
        {
            using var session = Session.Open(host, parsed.GetValue(document), write: false);
            var output = new Output(parsed.GetValue(format), host.Data);
            if (session.IsInMemory) throw Refusal.Usage("there is no ledger yet", "`muster check` begins one");
            var entries = session.Ledger.Read(Math.Max(0, session.Ledger.Size - parsed.GetValue(last))).ToList();
            if (output.IsJson)
                output.Json("ledger-show", ("size", session.Ledger.Size), ("entries", Value.List(entries.Select(entry => (Value)Value.Of(
                    ("index", entry.Index), ("id", entry.Id), ("time", entry.Time), ("signer", entry.Signer), ("fact", Statements.ToValue(entry.Fact))).With("arrived_from", From(session, entry) is { } from ? new Value.Text(from.Ledger.Length > 0 ? from.Ledger : "a person's file") : null)))));
            else
                foreach (var entry in entries)
                    output.Data.WriteLine($"{entry.Index,6}  {Instant.Write(entry.Time)}  {entry.Id.Short}  {Signer(session, entry),-10}  {Says(entry.Fact)}{(From(session, entry) is { } from ? from.Ledger.Length > 0 ? $"  (arrived from the ledger of {Named(session, from.Ledger)})" : "  (arrived as a signature file)" : "")}");
            return ExitCode.Done;
        });
        return command;
    }

    static string Signer(Session session, Entry entry) => Named(session, entry.Signer);

    static string Named(Session session, string key) => key == session.Ledger.RunnerKey.KeyId ? "runner"
        : session.Document.HolderOf(key)?.Name ?? session.Document.Runners?.FirstOrDefault(runner => runner.KeyId == key)?.Name ?? key[..10];

    /// <summary>The arrival that an entry stands behind; null for what was entered here.</summary>
    static Fact.Arrived? From(Session session, Entry entry)
    {
        foreach (var (arrival, fact) in session.Arrivals)
            if (arrival.Index < entry.Index && entry.Index <= arrival.Index + fact.Entries) return fact;
        return null;
    }

    static string Says(Fact fact) => fact switch
    {
        Fact.Ran ran => $"run            {string.Join(", ", ran.Run.Cells)}{(ran.Run.Sights.FirstOrDefault(sight => sight.Blind is not null) is { } blind ? $" (saw nothing: {blind.Detail})" : "")}",
        Fact.Attested attested => $"attestation    {attested.Control}: {attested.Statement}",
        Fact.Drilled drilled => $"drill          {drilled.Control}: {(drilled.Seen["outcome"] as Value.Text)?.Is}",
        Fact.DrillWitnessed witnessed => $"drill-witness  {witnessed.Control}, of {witnessed.Drill.Short}",
        Fact.SignedOff signed => $"sign-off       {signed.Gate} as {signed.Role}",
        Fact.Rejected rejected => $"rejection      {rejected.Gate}: {rejected.Because}",
        Fact.Withdrawn withdrawn => $"withdrawal     of {withdrawn.Entry.Short}: {withdrawn.Because}",
        Fact.Waived waived => $"waiver         {waived.Waiver.Control} until {Instant.Write(waived.Waiver.Expires)}",
        Fact.WaiverRequested { Waiver: var asked } => $"waiver-request {asked.Control} until {Instant.Write(asked.Expires)}: {asked.Because}",
        Fact.GlassBroken broken => $"break-glass    {broken.Gate} until {Instant.Write(broken.Expires)}: {broken.Because}",
        Fact.Accepted accepted => $"acceptance     {accepted.Gate}: {accepted.Because}",
        Fact.Decided decided => $"verdict        {decided.Gate}: {VerdictWords.Of(decided.Verdict)}{(decided.Standing ? " (standing)" : "")}",
        Fact.Proved proved => $"prove          {proved.Kind} {(proved.SeenFailing ? "seen failing" : "NOT seen failing")}",
        Fact.Arrived arrived => $"arrival        {arrived.Entries} new, {arrived.Known} known, from {(arrived.Ledger.Length > 10 ? $"the ledger of {arrived.Ledger[..10]}" : "a person's file")}",
        Fact.Revoked revoked => $"revocation     of the key {revoked.KeyId[..Math.Min(10, revoked.KeyId.Length)]}: {revoked.Because}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
