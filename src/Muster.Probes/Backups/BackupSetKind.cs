using System.Formats.Tar;
using Muster.Readiness;

namespace Muster.Probes;

static class BackupSetKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "backup.set",
        Says = "Looks at a folder of backups: how old the newest is, where one is missing, how long they are kept, whether their sizes are plausible, their checksums right and their files whole, and whether they are encrypted. It never says that one can be restored.",
        Target = TargetShape.Path,
        Parameters =
        [
            new("files", Shape.List, "The files that are backups, as \"*.dump\"; \"*\" and \"?\" match. Unless said all but lists of checksums, signatures, logs, notes and hidden ones."),
            new("parts", Shape.List, "What each backup must hold, a pattern for each part: [ \"*.snapshot\", \"*.wal\" ]."),
            new("window", Shape.Duration, "How far apart the times in the names of one backup's parts may be; the same time unless said. A folder with a time in its name is one backup in any case."),
            new("every", Shape.Duration, "How often one is to be made. A gap is more than that and a quarter."),
            new("keep", Shape.Duration, "How long one is to be kept."),
            new("shrink", Shape.Percentage, "The least share of the size of the one before that is plausible; 50% unless said."),
            new("read", Shape.Text, "Which are read to their end, for checksums and damage; of the others only the beginning is read.") { OneOf = ["all", "newest"], Default = "all" },
            new("zone", Shape.Text, "The zone of times in names that tell none: UTC, or an offset as +02:00. UTC unless said."),
        ],
        Fields =
        [
            new("backups", Shape.Number, "Backups: files, or files that belong together by their folder or their time."),
            new("files", Shape.Number, "Their files."),
            new("size", Shape.Size, "All of them together."),
            new("newest", Shape.Text, "The newest, by name."),
            new("newest_at", Shape.Instant, "When it is of: by its name if that tells a time, else when its file was last written."),
            new("newest_age", Shape.Duration, "How old it is."),
            new("oldest_at", Shape.Instant, "When the oldest is of."),
            new("oldest_age", Shape.Duration, "How old that is: how far one can go back."),
            new("longest_gap", Shape.Duration, "The longest time between two that follow each other, or since the newest."),
            new("gaps", Shape.List, "Where one is missing, if \"every\" is said; the latest of them."),
            new("kept", Shape.Number, "Backups no older than \"keep\"."),
            new("overdue", Shape.List, "Backups that should have been deleted: older than \"keep\", and than one more round."),
            new("future", Shape.List, "Backups of a time to come; none of them is the newest."),
            new("older_than_named", Shape.List, "Backups whose files were all written more than a day before the time in their name: an old one under a new name."),
            new("dated_by_modified", Shape.Number, "Backups whose name tells no time; a copy of one looks fresh."),
            new("incomplete", Shape.List, "Backups that lack a part, or hold it empty."),
            new("shrunk", Shape.List, "Backups that are smaller than plausible after the one before, the latest first."),
            new("newest_share", Shape.Percentage, "The size of the newest, of that of the one before."),
            new("empty", Shape.List, "Files without content."),
            new("damaged", Shape.List, "Files that are cut off or broken, each with what is wrong."),
            new("whole", Shape.Number, "Files that come to their own end."),
            new("verified", Shape.Number, "Checksums that are right."),
            new("mismatched", Shape.List, "Files whose bytes are others than their checksum says."),
            new("missing", Shape.List, "Files that a list of checksums names and that are not there."),
            new("unlisted", Shape.List, "Files that no list of checksums names."),
            new("formats", Shape.List, "What the files are, by how they begin."),
            new("unknown", Shape.List, "Files that begin like nothing that is known; nobody can say whether they are whole."),
            new("encryption", Shape.List, "What they are encrypted with, as their heads say: age, openssl, openpgp, restic."),
            new("encrypted", Shape.Number, "Files with such a head."),
            new("unencrypted", Shape.List, "Files without one."),
            new("strays", Shape.List, "Files whose name tells no time, where the names of others do; they are no backups."),
            new("unfinished", Shape.List, "Files that a job has left half written, as *.part."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("newest_age", "at most 26h"), ("future", None()), ("older_than_named", None()), ("incomplete", None()), ("shrunk", None()), ("empty", None()), ("damaged", None()), ("mismatched", None()), ("missing", None())),
        Population = "backups",
        Deadline = TimeSpan.FromMinutes(30),
        Pitfalls =
        [
            "It shows that backups are there and whole, never that one can be restored: only a restore shows that, elsewhere, with what was in it compared. Ask for a drill beside it.",
            "That a file has the head of an encryption says neither with whose key it was encrypted nor that anybody still has that key.",
            "A time in a name counts before the time of the file, which a copy changes. A job that writes yesterday's content under today's name is seen only if the time of the file was kept.",
            "Whoever can change a backup can change the checksum beside it. Keep a signed list, or the backups where they cannot be changed.",
            "Read to their end and known to be whole are tar, gzip with what is packed in it, zstd (its structure), OpenPGP and age (their structure), xz, zip, RDB, SQLite and the SQL of the usual dumps. Of pg_dump's custom format, of bzip2 and of openssl only the head is known; a checksum shows whether those are cut off.",
            "A gzip file that is several in a row counts as damaged.",
            "A backup that is a copy of a whole folder, as of a database's files, may hold empty files by nature: name what matters under files, or say so in expect.",
            "An incremental backup is smaller than the full one before it: name the full ones under files, or say another share under shrink.",
            "A store of restic is verified file by file, since each is named after its digest; its snapshots are dated by their files, and a copy of the store looks fresh. A store of Borg cannot be counted without its key.",
            "A policy with days, weeks and months needs a check for each of them.",
        ],
        Example = "check: { backup.set: /var/backups/shop, parts: [ \"db.dump\", \"files.tar.zst\" ], every: 24h, keep: 30d, expect: { gaps: { count: 0 }, overdue: { count: 0 }, oldest_age: at least 29d, unencrypted: { count: 0 } } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, BackupSetProbe.Look, Prove);

    static Value.Fields None() => Value.Of(("count", 0));

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("muster-");
        try
        {
            await Write("well", cut: 0);
            await Write("sick", cut: 1024);
            return new("backup.set", "a backup that is cut off, with the size of a whole one's beginning, beside a whole one", await Look("sick"), await Look("well"));
        }
        finally { folder.Delete(recursive: true); }

        async Task Write(string name, int cut)
        {
            using var held = new MemoryStream();
            using (var tar = new TarWriter(held, leaveOpen: true))
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "orders.csv") { DataStream = new MemoryStream(new byte[4096]) });
            var bytes = held.ToArray();
            await File.WriteAllBytesAsync(Path.Combine(folder.CreateSubdirectory(name).FullName, "shop.tar"), bytes[..^cut], cancel);
        }

        Task<Witnessed> Look(string name) => Stage.Look(new() { Release = default, Folder = folder.FullName }, Declaration, Value.Of(("target", name)), [new("damaged", new Matcher.Count(new Matcher.Is(Operand.Of(0), Shape.Number)))], cancel);
    }
}
