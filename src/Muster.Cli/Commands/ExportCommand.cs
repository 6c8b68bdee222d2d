using System.Collections.Immutable;
using System.CommandLine;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Entries of this ledger as one file for another, byte for byte as they were signed. Selecting fewer proves less, and the file says what was selected.</summary>
static class ExportCommand
{
    static readonly ImmutableArray<string> Sorts = ["runs", "people", "verdicts"];

    public static Command Build(Host host)
    {
        var document = CommonOptions.Document();
        var gate = new Option<string?>("--gate", "-g") { Description = "Only what this gate reads, and the gates that it comes after (default: everything).", HelpName = "NAME" };
        var release = new Option<string?>("--release", "-r") { Description = "Only what is of this release, or outlives releases: a manifest file, or its digest.", HelpName = "FILE|DIGEST" };
        var since = new Option<string?>("--since") { Description = "Only what was entered at this instant or later (RFC 3339).", HelpName = "TIME" };
        var from = new Option<string?>("--from") { Description = "Only this entry and those behind it, by its digest or the first digits.", HelpName = "ENTRY" };
        var until = new Option<string?>("--until") { Description = "Only what was entered before this instant (RFC 3339).", HelpName = "TIME" };
        var only = new Option<string[]>("--only") { Description = "Only runs, people (their signed words) or verdicts; may be given again.", HelpName = string.Join('|', Sorts), AllowMultipleArgumentsPerToken = false };
        var file = new Option<string>("--output", "-o") { Description = "The bundle to write.", DefaultValueFactory = _ => "evidence.intoto.jsonl", HelpName = "FILE" };
        var format = CommonOptions.TextOrJson();
        var command = new Command("export", "Writes entries of this ledger, as they were signed, into one signed file that another machine imports. Probes and records nothing.") { document, gate, release, since, from, until, only, file, format };
        command.SetAction(parsed =>
        {
            var workspace = Workspace.Open(host, parsed.GetValue(document));
            if (!Directory.Exists(Path.Combine(workspace.State, "ledger"))) throw Refusal.Usage("there is no ledger yet", "`muster check` begins one");
            var sorts = parsed.GetValue(only) ?? [];
            if (sorts.FirstOrDefault(sort => !Sorts.Contains(sort)) is { } other) throw Refusal.Usage($"--only {other}: not one of {string.Join(", ", Sorts)}", Suggestion.Among(Sorts, other, "leave it out for all"));
            using var session = Session.Open(host, workspace, write: true);
            var selection = new Selection
            {
                Gate = parsed.GetValue(gate) is { } name ? workspace.Gate(name) : null,
                Release = parsed.GetValue(release) is { } named ? session.Release(named).Digest : null,
                Since = Time("--since", parsed.GetValue(since)), Until = Time("--until", parsed.GetValue(until)),
                From = parsed.GetValue(from) is { } id ? Selection.Find(session, id) : null,
                Only = [.. sorts.Distinct().Order(StringComparer.Ordinal)],
            };
            Write(host, session, selection, parsed.GetValue(file)!, new Output(parsed.GetValue(format), host.Data));
            return ExitCode.Done;
        });
        return command;
    }

    static DateTimeOffset? Time(string option, string? word) =>
        word is null ? null : Instant.TryRead(word, out var instant) ? instant : throw Refusal.Usage($"{option} {word}: not an RFC 3339 instant", "as 2026-05-01T09:00:00Z");

    static void Write(Host host, Session session, Selection selection, string file, Output output)
    {
        var known = session.KnownKeys.ToList();
        var ids = known.Select(key => key.KeyId).ToHashSet(StringComparer.Ordinal);
        var lots = selection.Of(session).ToLookup(entry => ids.Contains(entry.Entry.Signer));
        var (entries, unknown) = (lots[true].ToList(), lots[false].Count());
        if (entries.Count == 0) throw Refusal.Usage("nothing in this ledger is like that, so there is nothing to export", "`muster ledger show` lists what there is");
        BundleWriting? written = null;
        OutputFile.Write(host, file, to => written = BundleFile.Write(to, session.Ledger, entries, selection.Said, known, host.Now) switch
        {
            BundleWriting.NotWritten { Problem: var problem } => throw Session.Of(problem),
            var done => done,
        });
        var (manifest, bytes) = ((BundleWriting.Written)written!).Manifest is var made ? (made, ((BundleWriting.Written)written).Bytes) : default;
        var counted = entries.GroupBy(entry => FactName.Of(entry.Entry.Fact)).OrderBy(group => group.Key, StringComparer.Ordinal).ToList();
        if (output.IsJson)
        {
            output.Json("export", ("file", file), ("bytes", bytes), ("ledger", manifest.Ledger), ("size", manifest.Head!.Size), ("selected", manifest.Selected),
                ("facts", new Value.Fields(counted.Select(group => KeyValuePair.Create(group.Key, (Value)group.Count())))), ("entries", entries.Count), ("blobs", manifest.Blobs.Length), ("left_out", unknown));
            return;
        }

        output.Data.WriteLine($"Wrote {file}: {entries.Count:N0} of {session.Ledger.Size:N0} entries, {manifest.Blobs.Length} blobs, {bytes:N0} bytes.");
        output.Data.WriteLine($"  {string.Join(", ", counted.Select(group => $"{group.Count()} × {group.Key}"))}{(selection.Said.Count == 0 ? "" : $"; selected by {selection.Said}")}");
        if (unknown > 0) output.Data.WriteLine($"  Left out: {unknown} by keys that are known neither here nor to the document.");
        output.Data.WriteLine($"  Signed by this ledger's runner, {session.Ledger.RunnerKey.Fingerprint}. There: muster import {Path.GetFileName(file)}");
        if (session.Document.Runners is null || session.Document.Runners.Value.All(runner => runner.KeyId != session.Ledger.RunnerKey.KeyId))
            output.Data.WriteLine("  The document does not name this key under `runners`, so that elsewhere its runs count only where a control accepts imported evidence.");
    }
}
