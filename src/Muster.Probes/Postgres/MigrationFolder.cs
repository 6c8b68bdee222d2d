using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The migrations of a folder, by the names that their tools give to files.</summary>
static partial class MigrationFolder
{
    const int MostFiles = 10_000;
    const long MostRead = 8 * 1024 * 1024;
    public static readonly ImmutableArray<string> Tools = ["ef", "flyway", "golang-migrate", "liquibase"];

    /// <param name="tool">Null to tell it by the files.</param>
    public static async Task<(string Tool, ImmutableArray<Migration> Migrations)> Read(string name, string? tool, ProbeContext context, CancellationToken cancel)
    {
        var folder = FolderWall.Within(context.Folder, name, context.MayLeaveFolder);
        if (!Directory.Exists(folder)) throw new Unseen(Blind.Unreadable, $"the folder of migrations is not there: {name}");
        var files = Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }).Take(MostFiles + 1).Order(StringComparer.Ordinal).ToArray();
        if (files.Length > MostFiles) throw new Unseen(Blind.TooLarge, $"{name} holds more than {MostFiles} files");
        var found = new List<Migration>();
        tool ??= Tool(files.Select(file => Path.GetFileName(file)!)) ?? throw new Unseen(Blind.Unreadable, $"no file in {name} has a name as migrations have; say which tool they are for");
        foreach (var file in files) found.AddRange(await Of(tool, file, cancel));
        if (found.GroupBy(one => one.Id, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice) throw new Unseen(Blind.Unreadable, $"two migrations of {name} are called {twice.Key}");
        return (tool, [.. tool == "liquibase" ? (IEnumerable<Migration>)found : found.OrderBy(one => one.Id, MigrationOrder.Instance)]);
    }

    static string? Tool(IEnumerable<string> names)
    {
        foreach (var name in names)
            if (Flyway().IsMatch(name) || FlywayRepeats().IsMatch(name)) return "flyway";
            else if (GolangMigrate().IsMatch(name)) return "golang-migrate";
            else if (Ef().IsMatch(name)) return "ef";
            else if (name.Contains("changelog", StringComparison.OrdinalIgnoreCase)) return "liquibase";
        return null;
    }

    static async Task<IEnumerable<Migration>> Of(string tool, string file, CancellationToken cancel)
    {
        var name = Path.GetFileName(file);
        switch (tool)
        {
            case "ef": return Ef().Match(name) is { Success: true } ef ? [new(ef.Groups[1].Value)] : [];
            case "golang-migrate": return GolangMigrate().Match(name) is { Success: true } go ? [new(Trimmed(go.Groups[1].Value))] : [];
            case "flyway" when Flyway().Match(name) is { Success: true } versioned: return [new(Version(versioned.Groups[1].Value), FlywayChecksum.Of(await All(file, cancel)))];
            case "flyway": return FlywayRepeats().Match(name) is { Success: true } repeats ? [new(Described(repeats.Groups[1].Value), FlywayChecksum.Of(await All(file, cancel)), Repeats: true)] : [];
            default: return LiquibaseFile.Is(name) ? LiquibaseFile.Read(name, await All(file, cancel)) : [];
        }
    }

    /// <summary>1_2 and 1.2 are one version, and so are 001 and 1.</summary>
    public static string Version(string written) => string.Join('.', written.Replace('_', '.').Split('.').Select(Trimmed));

    public static string Described(string written) => written.Replace('_', ' ');

    static string Trimmed(string number) => number.TrimStart('0') is { Length: > 0 } some ? some : "0";

    static async Task<byte[]> All(string file, CancellationToken cancel)
    {
        if (new FileInfo(file).Length > MostRead) throw new Unseen(Blind.TooLarge, $"{Path.GetFileName(file)} is larger than {MostRead} bytes");
        try { return await File.ReadAllBytesAsync(file, cancel); }
        catch (UnauthorizedAccessException) { throw new Unseen(Blind.NotCapable, $"{Path.GetFileName(file)} may not be read by this user"); }
    }

    [GeneratedRegex(@"^([0-9]{14}_\w+)\.(?:cs|vb)$")]
    private static partial Regex Ef();

    [GeneratedRegex(@"^([0-9]+)_.*\.up\.\w+$")]
    private static partial Regex GolangMigrate();

    [GeneratedRegex(@"^V([0-9]+(?:[._][0-9]+)*)__.*\.sql$")]
    private static partial Regex Flyway();

    [GeneratedRegex(@"^R__(.*)\.sql$")]
    private static partial Regex FlywayRepeats();
}
