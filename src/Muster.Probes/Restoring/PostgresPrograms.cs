using System.Globalization;
using System.Text.RegularExpressions;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>PostgreSQL's programs of one version on this machine.</summary>
sealed partial record PostgresPrograms(string Folder, int Major, string Version)
{
    const int MostFolders = 50;
    static readonly string[] Usual = ["/usr/lib/postgresql", "/usr/pgsql-*", "/usr/local/pgsql", "/usr/local/opt/postgresql*", "/opt/postgresql*"];
    static readonly string[] Needed = ["postgres", "initdb", "psql", "pg_restore", "pg_amcheck", "pg_verifybackup"];

    public string this[string name] => Path.Combine(Folder, name);

    /// <param name="named">The folder that the question names, or null to look where packages put them.</param>
    /// <param name="of">The major version of the server that was backed up, where that is known.</param>
    /// <param name="exactly">Data files are read by their own major version only; a dump by any that is not older.</param>
    /// <exception cref="Unseen">There is none that fits; which were found is said.</exception>
    public static async Task<PostgresPrograms> Find(string? named, int? of, bool exactly, Scratch scratch, CancellationToken cancel)
    {
        var found = new List<PostgresPrograms>();
        foreach (var folder in named is null ? Folders() : [Path.GetFullPath(named)])
            if (Array.TrueForAll(Needed, name => File.Exists(Path.Combine(folder, name))))
            {
                var (exit, words) = await scratch.Run(Path.Combine(folder, "postgres"), ["--version"], cancel);
                if (exit == 0 && Versions().Match(words) is { Success: true } match) found.Add(new(folder, int.Parse(match.Groups[2].Value, NumberStyles.None, CultureInfo.InvariantCulture), match.Groups[1].Value));
            }

        if (found.Count == 0) throw new Unseen(Blind.NotCapable, $"no folder with PostgreSQL's programs ({string.Join(", ", Needed)}) {(named is null ? "was found; install the server's package, or name the folder by \"programs\"" : $"at {named}")}");
        return found.Where(one => of is null || (exactly ? one.Major == of : one.Major >= of)).OrderBy(one => of is null ? -one.Major : one.Major).FirstOrDefault()
            ?? throw new Unseen(Blind.NotCapable, string.Create(CultureInfo.InvariantCulture,
                $"the backup is of PostgreSQL {of}, and {(exactly ? "its data files are read by that version only" : "an older version cannot restore it")}; here are {string.Join(", ", found.Select(one => one.Version))}"));
    }

    static IEnumerable<string> Folders() => Usual.SelectMany(Matching).Take(MostFolders).Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)).Distinct();

    static IEnumerable<string> Matching(string pattern)
    {
        var parent = Path.GetDirectoryName(pattern)!;
        if (!Directory.Exists(parent)) yield break;
        foreach (var folder in Directory.EnumerateDirectories(parent, Path.GetFileName(pattern)).Order(StringComparer.Ordinal))
        {
            yield return Path.Combine(folder, "bin");
            foreach (var version in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)) yield return Path.Combine(version, "bin");
        }
    }

    [GeneratedRegex(@"\(PostgreSQL\) ((\d+)\S*)")]
    private static partial Regex Versions();
}
