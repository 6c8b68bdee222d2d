using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>barman: its own recover, into the scratch folder, with the segments of the log that it needs.</summary>
sealed class BarmanRestoring(DrillRoom room) : FilesRestoring(room)
{
    const string Program = "barman";

    // The segments lie where recover puts them, in the data folder.
    protected override string? RestoreCommand => "test -f barman_wal/%f && cp barman_wal/%f \"%p\"";

    public static async Task<(FoundBackup Newest, int Count)> Newest(Given given, string configuration, Scratch scratch, DateTimeOffset now, CancellationToken cancel)
    {
        var report = await ToolList.Ask(scratch, Program, ["-c", configuration, "-f", "json", "list-backups", Server(given)], cancel);
        var newest = ToolList.Newest(BackupReport.Read(report, "barman", Server(given)), configuration, "barman", now);
        // recover writes tablespaces to where they lie at the source, unless each is told another place.
        return report.Items(Server(given)).FirstOrDefault(one => one.Text("backup_id") == newest.Newest.Name) is { } entry && entry.At("tablespaces") is not Value.Items { Are: [] }
            ? throw new Unseen(Blind.NotCapable, "the backup has tablespaces, whose files belong elsewhere; such a backup is not restored here") : newest;
    }

    protected override async Task<string> Fetch(CancellationToken cancel)
    {
        Room.Scratch.Make("data");
        Room.Context.Tell("barman copies the backup and the log");
        string[] target = Lsn is { } lsn ? ["--target-lsn", lsn] : Time is { } time ? ["--target-time", time] : ["--target-tli", "latest"];
        var (exit, words) = await Room.Report.During("restore", () => Room.Scratch.Run(Program, ["-c", Room.Backup.Place, "recover", "--no-get-wal", .. target, Server(Room.Given), Backup.Name, Data], cancel));
        if (exit != 0) throw DrillFaults.OfMachine(words) ?? (Exception)new RungFailed(1, string.Create(CultureInfo.InvariantCulture, $"barman recover came to {exit}: {DrillFaults.First(words)}"));
        return "barman recovered it";
    }

    static string Server(Given given) => given.Text("stanza") is { Length: > 0 } server && server[0] != '-' ? server : throw Given.Wrong("stanza", "names the server of barman");
}
