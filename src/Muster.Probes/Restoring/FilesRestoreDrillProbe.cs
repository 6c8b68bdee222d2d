using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Takes the newest backup of files, restores it elsewhere, and compares what comes back with what was there when it was made.</summary>
static class FilesRestoreDrillProbe
{
    public const string Name = "files.restore_drill";

    /// <summary>Away from the caller, since files are read as they are.</summary>
    public static Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel) => Task.Run(async () =>
    {
        var given = new Given(question);
        if (given.Text("password") is { } key) context.Hide(key);
        await using var scratch = Scratch.Begin(context, Name);
        return await new FilesDrill(scratch, given, context).Restore(cancel);
    }, cancel);
}

/// <summary>One restore of one backup: an archive, or a snapshot of a repository.</summary>
sealed class FilesDrill(Scratch scratch, Given given, ProbeContext context)
{
    readonly string _into = scratch.Make("restored");
    Value.Fields _seen = Value.Fields.Empty;
    SortedDictionary<string, FileFound> _files = [];
    SortedDictionary<string, FileFound> _links = [];

    public async Task<Sight> Restore(CancellationToken cancel)
    {
        var place = FolderWall.Within(context.Folder, given.Target, context.MayLeaveFolder, itself: true);
        var asked = RestoreClimb.LevelOf(given, given.Text("same_as") is null ? 5 : 6);
        if (asked < 6 && given.Text("same_as") is not null) throw Given.Wrong("same_as", "is asked at the level L6, and a lower one is said");
        if (asked == 6 && given.Text("same_as") is null) throw Given.Wrong("same_as", "is missing, and the level L6 is to find the files of that folder in what is restored");
        if (BackupStore.IsRestic(place)) return await FromRepository(place, asked, cancel);
        foreach (var name in (string[])["host", "paths"])
            if (given[name] is not null) throw Given.Wrong(name, $"is of repositories of restic, and {given.Target} is none");
        return await FromArchive(place, asked, cancel);
    }

    async Task<Sight> FromArchive(string place, int asked, CancellationToken cancel)
    {
        var backup = NewestBackup.Find(place, given.Target, given, context, cancel);
        var manifest = await Manifest(backup.ManifestOf(given, context), cancel);
        var (before, climb) = (backup.Identity, new RestoreClimb(asked, context));
        var archive = backup.Files[0];
        await climb.Climb(1, "read to its end, and its checksum is right", () => Task.FromResult<IEnumerable<string>>(
            backup.IsLost ? [$"its manifest {backup.Name} is there, and the backup itself is not"] : backup.Files.Length > 1 ? [$"{backup.Name} is {backup.Files.Length} files, and one archive is asked for; name it by \"files\""] : TarRestoring.Readable(archive, cancel) is { } odd ? [odd] : []));
        await climb.Climb(2, "every entry was unpacked", async () =>
        {
            (var refused, _links) = await TarRestoring.Unpack(archive, _into, context, cancel);
            return refused.Count > 0 ? refused : Nothing();
        });
        _seen = _seen.With(("encrypted", climb.Stands ? Value.False : null), ("format", climb.Stands ? archive.Last.EndsWith("gz", StringComparison.Ordinal) ? "tar.gz" : "tar" : null), ("kept", backup.Kept), ("oldest", backup.Oldest));
        var (made, by) = manifest?.Taken is { } taken && taken < backup.At ? (taken, "manifest") : (backup.At, "file");
        await Compare(climb, manifest, backup.Name, cancel);
        return Seen(climb, backup.Name, made, by, backup.Bytes, before, backup.Identity);
    }

    async Task<Sight> FromRepository(string place, int asked, CancellationToken cancel)
    {
        if (given.Text("password") is not { Length: > 0 } key) throw Given.Wrong("password", "is missing; a repository of restic opens with nothing else: { path: backups, password: $(file:restic-password) }");
        var manifest = await Manifest(given.Text("manifest") is { } named ? FolderWall.Within(context.Folder, named, context.MayLeaveFolder) : null, cancel);
        var (repository, climb) = (new ResticRepository(place, scratch), new RestoreClimb(asked, context));
        var (stranger, wrong) = await repository.Try(ResticRepository.AnyKey, cancel);
        var (before, newest, count, oldest) = (Identity(place), (ResticSnapshot?)null, 0, (ResticSnapshot?)null);
        await climb.Climb(1, "the key opens it, and all of its bytes are as they were written", async () =>
        {
            var (opens, odd) = await repository.Try(key, cancel);
            if (!opens) return [odd ?? wrong ?? "the key that the target names does not open it"];
            var all = await repository.Snapshots(key, given.Text("host"), given.Texts("paths"), cancel);
            if (all.IsEmpty) throw new Unseen(Blind.Unreadable, $"the repository {given.Target} holds no snapshot{(given.Text("host") is null && given.Texts("paths").IsEmpty ? "" : " of that host and those paths")}");
            (newest, oldest, count) = (all[^1], all[0], all.Length);
            if (newest.Made > climb.Began.AddMinutes(5)) return [$"its newest snapshot is of {Instant.Write(newest.Made)}, which is yet to come"];
            context.Tell("reading and verifying the whole repository");
            return await repository.Check(key, cancel) is { } broken ? [broken] : [];
        });
        await climb.Climb(2, "every file was restored", async () =>
        {
            context.Tell($"restoring the snapshot {newest!.Id[..8]}");
            return await repository.Restore(key, newest.Id, _into, cancel) is { } odd ? [odd] : Nothing();
        });
        _seen = _seen.With(("format", "restic"), ("kept", count == 0 ? null : count), ("oldest", oldest is null ? null : (Value)oldest.Made));
        await Compare(climb, manifest, newest is null ? given.Target : newest.Id[..8], cancel);
        // Only of what was restored can it be said that it does not stand there for everybody to read.
        if (_files.Count > 0 && RawBytes.Sample(_into, _files) is { Count: > 0 } pieces) _seen = _seen.With("encrypted", !stranger && wrong is null && !RawBytes.Holds(place, pieces, cancel));
        return Seen(climb, newest?.Id[..8] ?? given.Target, newest?.Made, "snapshot", SizeOf(place), before, Identity(place));
    }

    /// <summary>A backup of nothing restores without a word.</summary>
    string[] Nothing() => _links.Count > 0 || !FileSet.IsEmpty(_into) ? [] : ["it was restored, and holds no file"];

    static async Task<FilesManifest?> Manifest(string? path, CancellationToken cancel)
    {
        var manifest = path is null ? null : await FilesManifest.Read(path, cancel);
        return manifest is { Files.IsEmpty: true } ? throw Empty() : manifest;
    }

    static Unseen Empty() => new(Blind.Unreadable, "the manifest names no file, and a comparison with nothing shows nothing");

    async Task Compare(RestoreClimb climb, FilesManifest? manifest, string name, CancellationToken cancel)
    {
        if (!climb.Stands || climb.Asked < 2) return;
        climb.Serves();
        if (climb.Asked < 3) return;
        manifest ??= await FilesManifest.Within(_into, cancel);
        if (manifest is null) throw new Unseen(Blind.Unreadable, $"{name} has no manifest, neither beside it (NAME{NewestBackup.Manifest}) nor in it (SHA256SUMS), so that nobody knows what it must hold; make one with each backup by \"muster manifest files\", or ask for level: L2");
        if (manifest.Files.IsEmpty) throw Empty();
        var began = context.Clock.GetTimestamp();
        _files = await FileSet.Of(_into, (count, bytes) => context.Tell(string.Create(CultureInfo.InvariantCulture, $"comparing, {count} files, {FileSet.Megabytes(bytes)}")), context.Clock, cancel);
        foreach (var link in _links) _files[link.Key] = link.Value;
        climb.Took("checks", began);
        var root = given.Text("root") is { } said ? said.Trim('/') is { Length: > 0 } bare ? bare + "/" : "" : manifest.RootIn(_files.Keys);
        var compared = manifest.Compare(_files, root, only: given.Text("root") is not null);
        _seen = _seen.With(("restored_files", _files.Count), ("restored_bytes", _files.Values.Sum(file => file.Size)), ("compared", compared.Equal + compared.Names.Count + compared.Sizes.Count + compared.Content.Count));
        await climb.Climb(3, "the same files, no more and no fewer", () => Task.FromResult<IEnumerable<string>>(compared.Names));
        await climb.Climb(4, "each of the same size", () => Task.FromResult<IEnumerable<string>>(compared.Sizes));
        await climb.Climb(5, "each of the same content", () => Task.FromResult<IEnumerable<string>>(compared.Content));
        await climb.Climb(6, "the files that are used now are in it, as they are", () => Used(root, cancel));
    }

    /// <summary>The configuration that was rendered, say: every file of that folder must be in the backup, as it is there.</summary>
    async Task<IEnumerable<string>> Used(string root, CancellationToken cancel)
    {
        var folder = FolderWall.Within(context.Folder, given.Text("same_as")!, context.MayLeaveFolder, itself: true);
        if (!Directory.Exists(folder)) throw new Unseen(Blind.Unreadable, $"the folder {given.Text("same_as")} of \"same_as\" is not there");
        var used = await FileSet.Of(folder, static (_, _) => { }, context.Clock, cancel);
        if (used.Count == 0) throw new Unseen(Blind.Unreadable, $"the folder {given.Text("same_as")} of \"same_as\" holds no file");
        return used.Where(file => !_files.TryGetValue(root + file.Key, out var found) || found != file.Value).Select(file => $"{file.Key}: {(_files.ContainsKey(root + file.Key) ? "is another in the backup" : "is not in the backup")}");
    }

    Sight Seen(RestoreClimb climb, string name, DateTimeOffset? made, string by, long bytes, Value before, Value after) => new()
    {
        Observation = new Value.Fields(climb.Seen(name, made, bytes).Concat(_seen)).With("dated_by", by).With("oldest_age", _seen.Text("oldest") is { } oldest && Instant.TryRead(oldest, out var at) ? climb.Began > at ? climb.Began - at : TimeSpan.Zero : null),
        Population = 1, Before = before, After = after,
    };

    static long SizeOf(string folder) => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.LinkTarget is null ? file.Length : 0);

    /// <summary>The repository's own number stands in its first file, encrypted: another repository has another one.</summary>
    static Value.Fields Identity(string place) => Value.Of(("repository", Digest.Of(File.ReadAllBytes(Path.Combine(place, "config"))).ToString()));
}
