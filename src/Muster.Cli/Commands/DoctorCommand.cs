using System.CommandLine;
using System.Runtime.InteropServices;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Is this machine, and the folder it is run in, fit to decide a launch? Contacts nothing.</summary>
static class DoctorCommand
{
    public static Command Build(Host host)
    {
        var document = CommonOptions.Document();
        var format = CommonOptions.TextOrJson();
        var command = new Command("doctor", "Looks over this machine, the document, the ledger and the keys. Contacts nothing.") { document, format };
        command.SetAction(parsed =>
        {
            var findings = Findings(host, parsed.GetValue(document)).ToList();
            var output = new Output(parsed.GetValue(format), host.Data);
            if (output.IsJson)
                output.Json("doctor", ("sound", findings.TrueForAll(finding => finding.Sound)), ("findings", Output.List(findings, finding => Output.Fields(
                    ("what", finding.What), ("sound", finding.Sound), ("says", finding.Says), ("fix", finding.Fix)))));
            else
                foreach (var finding in findings)
                {
                    output.Data.WriteLine($"{(finding.Sound ? "ok     " : "MEND   ")} {finding.What}: {finding.Says}");
                    if (!finding.Sound && finding.Fix is { } fix) output.Data.WriteLine($"        Fix: {fix}");
                }

            return findings.TrueForAll(finding => finding.Sound) ? ExitCode.Done : ExitCode.BadInput;
        });
        return command;
    }

    static readonly TimeSpan StuckAfter = TimeSpan.FromHours(1);

    sealed record Finding(string What, bool Sound, string Says, string? Fix = null);

    static IEnumerable<Finding> Findings(Host host, string? named)
    {
        yield return new("muster", true, $"{Host.Version} on {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.ProcessArchitecture}");
        yield return Workspace.Zone("Europe/Berlin") is not null
            ? new("time zones", true, "the zone data is there")
            : new("time zones", false, "no zone data, so freeze windows cannot be read", "install tzdata");
        foreach (var proxy in (string[])["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"])
            if (host.Variable(proxy) is not null || host.Variable(proxy.ToLowerInvariant()) is not null) yield return new("proxy", true, $"{proxy} is set; probes do not use it");

        var (workspace, document) = Read(host, named);
        if (document is not null) yield return document;
        if (workspace is null) yield break;

        yield return new("document", true, $"{workspace.File}: {workspace.Document.Controls.Length} controls, {workspace.Warnings.Length} warnings");
        foreach (var person in workspace.Document.People.Where(person => person.KeyId is null))
            yield return new("people", false, $"{person.Name} has no key, so nothing they sign counts", $"muster key new {person.Name}, and publish keys/{person.Name}.pub");
        yield return Ignored(workspace.Folder)
            ? new("version control", true, ".muster is ignored")
            : new("version control", false, ".muster is not ignored: keys and ledger could be committed", "echo .muster/ >> .gitignore");
        yield return Ledger(host, workspace);
        foreach (var finding in Outbox(host, new(workspace.State))) yield return finding;
    }

    /// <summary>An alert that nobody receives is worth less than none. Nothing is said where nobody was ever to be told.</summary>
    static IEnumerable<Finding> Outbox(Host host, Cli.Outbox outbox)
    {
        var waiting = outbox.Waiting().ToList();
        if (outbox.Dropped > 0) yield return new("outbox", false, $"messages dropped, which their receiver never saw: {outbox.Dropped}", "muster notify --test until it arrives; muster history tells what was missed");
        if (waiting.FirstOrDefault(one => one.Message is { Attempts: > 0 }).Message is { } stuck)
            yield return new("outbox", false, $"messages waiting: {waiting.Count}, the first since {Instant.Write(stuck.Created)}; attempts: {stuck.Attempts}, the last: {stuck.LastError}", "muster notify --test");
        else if (waiting.Count > 0)
            yield return new("outbox", waiting[0].Message is { } first && first.Created > host.Now - StuckAfter, $"messages waiting to be sent: {waiting.Count}", "is `muster check --every` running, with its webhook? muster notify sends them now");
        if (outbox.Rounds.Failing is { } failing) yield return new("rounds", false, $"the last round gave no verdict: {failing}", "mend it, then look at the next round");
        if (waiting.Count == 0 && outbox.Deliveries is { LastDelivered: { } last }) yield return new("outbox", true, $"empty; the last message was taken {Instant.Write(last)}");
    }

    static (Workspace? Workspace, Finding? Instead) Read(Host host, string? named)
    {
        if (named is null && Workspace.Nearest(host) is null) return (null, new("document", true, "none here or in any folder above; `muster init URL` proposes one"));
        try { return (Workspace.Open(host, named), null); }
        catch (Refusal refusal) { return (null, new("document", false, refusal.Message.Split('\n')[0], refusal.Fix)); }
    }

    static bool Ignored(string folder)
    {
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            var file = Path.Combine(at, ".gitignore");
            if (File.Exists(file) && File.ReadLines(file).Take(10_000).Any(line => line.Trim().Trim('/') == ".muster")) return true;
            if (Directory.Exists(Path.Combine(at, ".git"))) return false;
        }

        return true; // not under version control
    }

    static Finding Ledger(Host host, Workspace workspace)
    {
        if (!Directory.Exists(Path.Combine(workspace.State, "ledger"))) return new("ledger", true, "none yet; the first check begins it");
        try
        {
            using var session = Session.Open(host, workspace, write: false);
            if (session.Folded.Newest is { } newest && newest > host.Now.AddSeconds(5))
                return new("clock", false, $"this clock says {Instant.Write(host.Now)}, before the ledger's newest entry of {Instant.Write(newest)}", "set the clock; no verdict is given until then");
            return new("ledger", true, $"{session.Folded.Count} entries; `muster ledger verify` proves them");
        }
        catch (Refusal refusal)
        {
            return new("ledger", false, refusal.Message, refusal.Fix);
        }
    }
}
