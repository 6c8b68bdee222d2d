using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

static class BackupSetProbe
{
    const int Shown = 30;
    const double UsualShare = 0.5;

    /// <summary>Away from the caller: a pipe among the backups is opened for as long as nobody writes to it, and the deadline must be able to pass.</summary>
    public static Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel) => Task.Run(() => Read(new(question), context, cancel), cancel);

    static async Task<Sight> Read(Given given, ProbeContext context, CancellationToken cancel)
    {
        var folder = FolderWall.Within(context.Folder, given.Target, context.MayLeaveFolder, itself: true);
        if (!Directory.Exists(folder)) throw new Unseen(Blind.Unreadable, File.Exists(folder) ? $"{given.Target} is a file; name the folder of the backups" : $"the folder {given.Target} is not there");
        await BackupStore.RefuseBorg(folder, given.Target, cancel);
        var set = BackupFolder.Read(folder, given, ReportTime.Zone(given) ?? TimeSpan.Zero, cancel);
        var isStore = BackupStore.IsRestic(folder);
        var (backups, named) = isStore ? BackupStore.Read(set) : (set.Backups, []);
        if (backups.IsEmpty) return new() { Observation = Value.Of(("backups", 0), ("unfinished", Names(set.Unfinished))), Population = 0, Detail = $"the folder {given.Target} holds no backup{(set.Unfinished.IsEmpty ? "" : $", and {set.Unfinished.Length} that were never finished")}" };

        var whole = given.Text("read") is "newest" ? [.. backups[^1].Files] : isStore ? named : set.Files;
        var seen = Value.Of(("backups", backups.Length), ("files", isStore ? named.Length : set.Files.Length), ("size", (isStore ? named : set.Files).Sum(file => file.Size)), ("unfinished", Names(set.Unfinished)), ("strays", Names(isStore ? [] : set.Strays)));
        seen = BackupTimes.Seen(seen, backups, given, context.Clock.GetUtcNow());
        seen = Sizes(seen, backups, isStore ? named : set.Files, given, isStore);
        seen = isStore ? await Store(seen, named, whole, cancel) : await Files(seen, folder, set, whole, cancel);
        return new() { Observation = seen, Population = backups.Length };
    }

    static Value.Fields Sizes(Value.Fields seen, ImmutableArray<KeptBackup> backups, ImmutableArray<BackupFile> files, Given given, bool isStore)
    {
        var parts = given.Texts("parts");
        var incomplete = backups.SelectMany(one => parts.Where(part => !one.Files.Any(file => file.Size > 0 && file.Is(part))).Select(part => $"{one.Name}: no {part}"));
        seen = seen.With(("empty", Names(files.Where(file => file.Size == 0))), ("incomplete", Some(isStore ? [] : incomplete)));
        // A snapshot is as large as its list of what is new.
        if (isStore || backups.Length < 2) return seen.With("shrunk", Value.Items.Empty);
        var least = given["shrink"] switch { null => UsualShare, Value.Number { Is: > 0 and <= 1 and var share } => share, _ => throw Given.Wrong("shrink", "is not a percentage from 1% to 100%") };
        var shrunk = backups.Zip(backups.Skip(1)).Where(pair => pair.Second.Size < pair.First.Size * least).Select(pair => $"{pair.Second.Name}: {pair.Second.Size} bytes after {pair.First.Size}");
        return seen.With(("shrunk", Some(shrunk.Reverse())), ("newest_share", backups[^2].Size == 0 ? null : (double)backups[^1].Size / backups[^2].Size));
    }

    static async Task<Value.Fields> Files(Value.Fields seen, string folder, BackupFolder set, ImmutableArray<BackupFile> whole, CancellationToken cancel)
    {
        var asked = whole.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        var sums = await BackupSums.Verify(folder, set, asked, cancel);
        var formats = new List<(BackupFile File, BackupFormat Format)>();
        foreach (var file in set.Files)
        {
            cancel.ThrowIfCancellationRequested();
            if (file.Size == 0) continue;
            await using var open = Open(file.Place, file.Name);
            formats.Add((file, BackupFormat.Look(open, asked.Contains(file.Name), cancel)));
        }

        return seen.With(
            ("verified", sums.Verified), ("mismatched", Some(sums.Mismatched)), ("missing", Some(sums.Missing)), ("unlisted", Names(set.Files.Where(file => !sums.Listed.Contains(file.Name)))),
            ("formats", Some(formats.Select(one => one.Format.Name).OfType<string>().Distinct().Order(StringComparer.Ordinal))), ("unknown", Names(formats.Where(one => one.Format.Name is null).Select(one => one.File))),
            ("encryption", Some(formats.Select(one => one.Format.Encryption).OfType<string>().Distinct().Order(StringComparer.Ordinal))), ("encrypted", formats.Count(one => one.Format.Encryption is not null)),
            ("unencrypted", Names(formats.Where(one => one.Format.Encryption is null).Select(one => one.File))), ("whole", formats.Count(one => one.Format is { Whole: true, Damage: null })),
            ("damaged", Some(formats.Where(one => one.Format.Damage is not null).Select(one => $"{one.File.Name}: {one.Format.Damage}"))));
    }

    static async Task<Value.Fields> Store(Value.Fields seen, ImmutableArray<BackupFile> named, ImmutableArray<BackupFile> whole, CancellationToken cancel)
    {
        var wrong = new List<string>();
        foreach (var file in whole)
            if (await BackupSums.Digest(file.Place, file.Name, "sha256", cancel) != file.Last) wrong.Add(file.Name);
        return seen.With(("verified", whole.Length - wrong.Count), ("mismatched", Some(wrong)), ("missing", Value.Items.Empty), ("unlisted", Value.Items.Empty), ("formats", Value.Texts(["restic"])), ("unknown", Value.Items.Empty),
            ("encryption", Value.Texts(["restic"])), ("encrypted", named.Length), ("unencrypted", Value.Items.Empty), ("whole", whole.Length - wrong.Count), ("damaged", Value.Items.Empty));
    }

    public static FileStream Open(string place, string name)
    {
        try { return new(place, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, useAsync: false); }
        catch (UnauthorizedAccessException) { throw new Unseen(Blind.NotCapable, $"{name} may not be read by this user"); }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException) { throw new Unseen(Blind.Unreadable, $"{name} went away while the backups were looked at"); }
    }

    static Value.Items Names(IEnumerable<BackupFile> files) => Some(files.Select(file => file.Name));

    static Value.Items Some(IEnumerable<string> texts) => Value.Texts(texts.Take(Shown).Select(text => Bounded.Start(text, 300)));
}
