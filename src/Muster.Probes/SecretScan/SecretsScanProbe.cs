using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

static class SecretsScanProbe
{
    const int Shown = 50, MostFiles = 1_000_000, MostRules = 1024 * 1024;

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var name = given.Target;
        var place = FolderWall.Within(context.Folder, name, context.MayLeaveFolder, itself: true);
        var key = given.Text("key") is { } said ? Encoding.UTF8.GetBytes(said) : RandomNumberGenerator.GetBytes(32);
        var allowances = Allowances.Read(given, context.Clock.GetUtcNow());
        var rules = await Rules(given, context, cancel);
        if (Canaries.Missed(rules, allowances.Would) is { IsEmpty: false } missed)
            throw new Unseen(Blind.NotCapable, $"the search misses what was planted for it ({string.Join(", ", missed)}), so that it cannot say that there is nothing; an allowance takes too much");
        var search = new SecretSearch(rules, allowances, key);
        var began = context.Clock.GetTimestamp();
        GitObjects? history = null;
        if (File.Exists(place))
        {
            if (given.Truth("history", false)) throw Given.Wrong("history", $"cannot be had: {name} is a file");
            if (ImageReading.IsArchive(place)) await new ImageReading(search).Archive(place, name, cancel);
            else await OneFile(place, name, search, cancel);
        }
        else if (!Directory.Exists(place)) throw new Unseen(Blind.Unreadable, $"{name} is not there");
        else if (ImageReading.IsLayout(place)) await new ImageReading(search).Layout(place, name, cancel);
        else history = await Folder(place, name, given, search, context, cancel);
        return await Seen(search, allowances, history, context.Clock.GetElapsedTime(began), cancel);
    }

    static async Task<SecretRules> Rules(Given given, ProbeContext context, CancellationToken cancel)
    {
        if (given.Text("rules") is not { } more) return SecretRules.Ours;
        var file = FolderWall.Within(context.Folder, more, context.MayLeaveFolder);
        if (!File.Exists(file)) throw new Unseen(Blind.BadQuestion, $"the rules {more} are not there");
        if (new FileInfo(file).Length > MostRules) throw new Unseen(Blind.TooLarge, $"{more} has more than {MostRules} bytes");
        return SecretRules.With(await File.ReadAllBytesAsync(file, cancel), more);
    }

    static async Task<GitObjects?> Folder(string place, string name, Given given, SecretSearch search, ProbeContext context, CancellationToken cancel)
    {
        var repository = Path.Exists(Path.Combine(place, ".git")) || File.Exists(Path.Combine(place, "HEAD")) && Directory.Exists(Path.Combine(place, "objects"));
        if (!repository && given.Truth("history", false)) throw new Unseen(Blind.NotCapable, $"{name} is no git repository, so that it has no history here");
        if (!repository || !given.Truth("history", true))
        {
            await Files(Walk(place, place), place, search, cancel);
            return null;
        }

        var git = new GitObjects(place);
        var database = (await git.Says(cancel, "rev-parse", "--absolute-git-dir")).Trim();
        FolderWall.Within(context.Folder, database, context.MayLeaveFolder);
        await git.Begin(cancel);
        if ((await git.Says(cancel, "rev-parse", "--is-bare-repository")).Trim() == "false")
            await Files((await git.Says(cancel, "ls-files", "-z", "--cached", "--others", "--exclude-standard")).Split('\0', StringSplitOptions.RemoveEmptyEntries).Distinct(), place, search, cancel);
        await git.Each((content, path, id) => search.Look(content.Span, path, id), () => search.Huge++, cancel);
        return git;
    }

    static async Task Files(IEnumerable<string> names, string place, SecretSearch search, CancellationToken cancel)
    {
        var met = 0;
        foreach (var file in names)
        {
            if (++met > MostFiles) throw new Unseen(Blind.TooLarge, $"more than {MostFiles} files");
            var path = Path.Combine(place, file);
            // A link's target is looked at where it lies, if that is within what is searched.
            if (new FileInfo(path) is not { Exists: true, LinkTarget: null }) continue;
            await OneFile(path, file, search, cancel);
        }
    }

    static IEnumerable<string> Walk(string root, string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder)) yield return Path.GetRelativePath(root, file);
        foreach (var inner in Directory.EnumerateDirectories(folder))
            if (new DirectoryInfo(inner) is { LinkTarget: null, Name: not ".git" })
                foreach (var file in Walk(root, inner)) yield return file;
    }

    static async Task OneFile(string path, string name, SecretSearch search, CancellationToken cancel)
    {
        try
        {
            if (new FileInfo(path).Length > SecretSearch.MostText) search.Huge++;
            else search.Look(await File.ReadAllBytesAsync(path, cancel), name);
        }
        catch (Exception unread) when (unread is UnauthorizedAccessException or IOException) { search.Unread++; }
    }

    static async Task<Sight> Seen(SecretSearch search, Allowances allowances, GitObjects? history, TimeSpan took, CancellationToken cancel)
    {
        var shown = new List<Value>();
        foreach (var finding in search.Findings.Take(Shown))
            shown.Add(finding.Seen(history is not null && finding.Object is { } id ? await history.CommitOf(id, cancel) : null));
        var seen = Value.Of(
            ("found", search.Findings.Count), ("findings", new Value.Items([.. shown])), ("allowed", search.Allowed), ("expired_allowances", allowances.Expired), ("unused_allowances", allowances.Unused),
            ("protected", search.Tally.Protected), ("texts", search.Texts), ("bytes", search.Bytes), ("binary", search.Binary), ("huge", search.Huge), ("unread", search.Unread + search.Tally.Unread),
            ("history", history is not null), ("canaries", Canaries.Classes.Length), ("duration", HttpProbe.Seconds(took)));
        if (history is not null) seen = seen.With("commits", history.Commits);
        if (search.Layers > 0) seen = seen.With("archives", search.Layers);
        return new() { Observation = seen, Population = search.Texts };
    }
}
