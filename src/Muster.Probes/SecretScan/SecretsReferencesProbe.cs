using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Whether each secret setting is a reference, and each reference leads to something that is declared.</summary>
static class SecretsReferencesProbe
{
    const int MostFiles = 2000, Shown = 50;

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var name = given.Target;
        var place = FolderWall.Within(context.Folder, name, context.MayLeaveFolder, itself: true);
        var files = File.Exists(place) ? [place] : Directory.Exists(place) ? Beneath(place) : throw new Unseen(Blind.Unreadable, $"{name} is not there");
        if (files.Length > MostFiles) throw new Unseen(Blind.TooLarge, $"{name} holds more than {MostFiles} files of settings");
        var settings = new List<Setting>();
        var declared = new HashSet<string>(given.Texts("declared"), StringComparer.Ordinal);
        foreach (var file in files)
        {
            var (set, made) = await SettingsFile.Read(file, files.Length == 1 && file == place ? name : Path.GetRelativePath(place, file), cancel);
            settings.AddRange(set);
            declared.UnionWith(made);
        }

        return Seen(settings, declared, [.. given.Texts("keys")], files.Length);
    }

    static string[] Beneath(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false })
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}.git{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(file => SettingsFile.IsStructured(file) || Path.GetFileName(file).StartsWith(".env", StringComparison.Ordinal) || file.EndsWith(".env", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Take(MostFiles + 1)];

    static Sight Seen(List<Setting> settings, HashSet<string> declared, ImmutableArray<string> keys, int files)
    {
        var secret = settings.Where(one => one.Refers is not null || SettingsFile.IsSecret(one.Name, keys)).ToList();
        var literal = secret.Where(one => one.Refers is null && one.Text is { Length: > 0 } text && !Refers(text)).ToList();
        var empty = secret.Where(one => one.Refers is null && one.Text is null or "").ToList();
        var dangling = secret.Where(one => one.Refers is { } to && !SecretValues.StandsIn(to) && !declared.Contains(to)).ToList();
        var missing = keys.Where(key => !settings.Any(one => one.Name == key)).ToList();
        var seen = Value.Of(
            ("literals", literal.Count), ("dangling", dangling.Count), ("unset", empty.Count), ("references", secret.Count - literal.Count - empty.Count), ("files", files),
            ("missing_keys", Value.Texts(missing)), ("where_literal", Places(literal)), ("where_dangling", Places(dangling)), ("declared", Value.Texts(declared.Order(StringComparer.Ordinal).Take(Shown))));
        return new() { Observation = seen, Population = secret.Count };
    }

    static bool Refers(string text) => SecretValues.StandsIn(text) || text.StartsWith("/run/secrets/", StringComparison.Ordinal) || text.StartsWith("/vault/", StringComparison.Ordinal);

    static Value.Items Places(List<Setting> settings) => new([.. settings.Take(Shown).Select(one => (Value)Value.Of(("path", one.Path), ("line", one.Line), ("key", one.Name)).With(("refers_to", one.Refers)))]);
}
