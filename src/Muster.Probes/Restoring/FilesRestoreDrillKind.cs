using System.Formats.Tar;
using Muster.Readiness;

namespace Muster.Probes;

static class FilesRestoreDrillKind
{
    public static readonly Kind Declaration = new()
    {
        Name = FilesRestoreDrillProbe.Name,
        Says = "Restores the newest backup of files, a snapshot of restic or a tar archive, into a folder of its own, and compares every file with what was there when it was made. The backup is only read.",
        Target = TargetShape.Path,
        Parameters =
        [
            new("password", Shape.Text, "The key of a repository of restic; only under targets: { path: backups, password: $(file:restic-password) }."),
            new("host", Shape.Text, "The machine whose snapshots are meant, in a repository of restic that several share; the newest of anybody's unless said."),
            new("paths", Shape.List, "The folders whose snapshots are meant, as restic lists them, from the root on; the newest of any unless said."),
            new("files", Shape.List, "The files that are backups, where the target is a folder of archives, as \"*.tar.gz\"; all but lists, notes and hidden ones unless said."),
            new("manifest", Shape.Text, "What the backup must hold, as \"muster manifest files\" writes it, or a list as sha256sum does; NAME.manifest.json beside an archive, or SHA256SUMS in it, unless said."),
            new("root", Shape.Text, "The folder in the backup that the manifest is of; what lies elsewhere in it is not asked about. Found by the names unless said, and then nothing else may be in it."),
            new("same_as", Shape.Text, "A folder whose files must be in the backup as they are now: the configuration that was rendered, say."),
            new("zone", Shape.Text, "The zone of times in names that tell none: UTC, or an offset as +02:00. UTC unless said."),
            RestoreClimb.Level("The rung that must be reached: L1 readable, L2 restored, L3 the same files, L4 of the same sizes, L5 of the same content, L6 those of \"same_as\" among them. L5 unless said, L6 where there is \"same_as\"."),
        ],
        Fields =
        [
            .. RestoreClimb.Observed,
            new("restored_files", Shape.Number, "Files that came back."),
            new("restored_bytes", Shape.Size, "Their size."),
            new("compared", Shape.Number, "Files that were compared."),
            new("format", Shape.Text, "restic, tar or tar.gz."),
            new("encrypted", Shape.Truth, "Tried: the key opens it, one that was made up does not, and no piece of what was restored stands in its bytes. Not observed where nothing was restored that could be looked for."),
            new("dated_by", Shape.Text, "What tells when it is of: snapshot, manifest, or file (the earlier of its name's time and when it was last written)."),
            new("kept", Shape.Number, "Snapshots or archives that are kept."),
            new("oldest", Shape.Instant, "When the oldest is of."),
            new("oldest_age", Shape.Duration, "How old that is: how far one can go back."),
            Bounded.Cut,
        ],
        Hazard = Hazard.Active,
        Holds = Value.Of(("complete", true), ("rpo", "at most 26h")),
        Population = "backups",
        Deadline = TimeSpan.FromHours(2),
        Pitfalls =
        [
            "A manifest without entries would verify anything; it counts as none. Make one with each backup: muster manifest files FOLDER --out NAME.manifest.json.",
            "Without a manifest only L2 can be reached: that files came back says nothing of those that did not.",
            "Whoever can change a backup can change a list that lies in it or beside it. Keep it elsewhere, and name it by \"manifest\".",
            "Whether a repository is encrypted is tried on what was restored: pieces of it are looked for in the first 512 MB of its bytes. That the key is also kept where the repository is lost with the machine is not seen here.",
            "In a repository that several share the newest snapshot may be anybody's: say host and paths. From an archive no link is made, and what leads out of the folder, by its name or by a link, is missed at L2. Owners, modes and empty folders are not compared, and of pipes, sockets and devices only that they are there.",
            "A backup that was made while files were written to holds other files than a manifest that was made a moment later. Make both from the same snapshot of the disk.",
            "The time to recover is of this machine and this amount of data. restic must be installed where the drill runs; of archives tar and tar.gz are opened.",
        ],
        Example = "check: { files.restore_drill: backups, manifest: shop.manifest.json, expect: { rto: at most 1h, encrypted: true, kept: at least 7 } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, FilesRestoreDrillProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("muster-");
        try
        {
            await Write("well.tar", "paid");
            await Write("sick.tar", "owed");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "SUMS"), $"{Digest.Of("paid"u8).Hex}  orders.csv\n", cancel);
            return new(Declaration.Name, "an archive that unpacks without a word and holds another file than was there, of the same name and size, beside one that holds the file", await Look("sick.tar"), await Look("well.tar"));
        }
        finally { folder.Delete(recursive: true); }

        async Task Write(string name, string content)
        {
            await using var tar = new TarWriter(File.Create(Path.Combine(folder.FullName, name)));
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "orders.csv") { DataStream = new MemoryStream(System.Text.Encoding.ASCII.GetBytes(content)) }, cancel);
        }

        Task<Witnessed> Look(string name) => Stage.Look(new() { Release = default, Folder = folder.FullName }, Declaration, Value.Of(("target", name), ("manifest", "SUMS")), [Stage.Is("complete", true, Shape.Truth)], cancel);
    }
}
