using System.Collections.Immutable;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli.Importing;

/// <summary>Takes in what other machines and people signed: bundles of entries, and single words of people. Nothing is trusted for having arrived.</summary>
static class EvidenceImport
{
    const int MostFiles = 1_000;

    /// <summary>By its name or its first sign: everything that moves is JSON lines.</summary>
    public static bool Takes(Host host, string file)
    {
        if (file.EndsWith(".jsonl", StringComparison.Ordinal)) return true;
        try
        {
            using var from = File.OpenRead(Path.GetFullPath(file, host.Folder));
            return from.ReadByte() == '{';
        }
        catch (Exception cannot) when (cannot is IOException or UnauthorizedAccessException)
        {
            return false; // whoever reads it then says why it cannot be read
        }
    }

    public static int Run(Host host, string? document, IReadOnlyList<string> files, string? named, Output output)
    {
        if (files.Count > MostFiles) throw Refusal.Usage($"{files.Count} files are more than can be taken in at once ({MostFiles})", "import them in several commands");
        using var session = Session.Open(host, document, write: true);
        var (release, unknown) = Release(session, named);
        var reception = new Reception(host, session);
        var lots = files.Select(reception.Look).ToList();
        var fresh = lots.Where(lot => !lot.Entries.IsEmpty).ToList();
        foreach (var bytes in fresh.SelectMany(lot => lot.Blobs.Append(lot.Manifest))) _ = session.Ledger.Blobs.Put(bytes.AsSpan(), Retention.Record);
        if (fresh.Count > 0) _ = session.Take([.. fresh.Select(lot => lot.Arrival(host.Now))]);
        var verdicts = release is null ? [] : session.Document.Gates.Select(gate => session.Decide(gate, release)).ToImmutableArray();
        var page = new ArrivalPage(session, reception, release, unknown, verdicts);
        if (output.IsJson) output.Json("import-evidence", page.Json(lots));
        else page.Text(output.Data, lots);
        return ExitCode.Done;
    }

    /// <summary>What arrives is taken in where no release can be told, too; then nothing can be said of what it counts for.</summary>
    static (Release? Release, string? Unknown) Release(Session session, string? named)
    {
        try { return (session.Release(named), null); }
        catch (Refusal refusal) when (named is null) { return (null, refusal.Message); }
    }
}
