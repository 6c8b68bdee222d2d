using System.Globalization;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>One recorded workspace, copied to where it can be worked in.</summary>
sealed class GoldenWorkspace : IDisposable
{
    /// <summary>In a recording, the folder that a workspace calls <c>.muster</c>.</summary>
    public const string State = "state";

    public static string Folder { get; } = Path.GetFullPath(Path.Combine(JsonSchema.Folder, "../../../tests/Muster.Cli.Tests/Golden"));

    public Scratch Scratch { get; } = new();

    public static GoldenWorkspace Open(string recorded)
    {
        var workspace = new GoldenWorkspace();
        foreach (var file in Directory.EnumerateFiles(recorded, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(recorded, file);
            var to = workspace.Scratch.PathOf(relative.StartsWith(State + "/", StringComparison.Ordinal) ? ".muster" + relative[State.Length..] : relative);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
            if (to.EndsWith(".key", StringComparison.Ordinal) && !OperatingSystem.IsWindows()) File.SetUnixFileMode(to, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return workspace;
    }

    public LedgerFolder Ledger() => LedgerFolder.Open(Scratch.PathOf(".muster"), LedgerMode.Read, TimeProvider.System) switch
    {
        LedgerOpening.Opened { Ledger: var ledger } => ledger,
        LedgerOpening.Refused { Problem: var problem } => throw new InvalidOperationException($"{problem.Place}: {problem.Says}"),
        _ => throw new InvalidOperationException("neither opened nor refused"),
    };

    public PublicKey Key(string name) => PublicKey.FromPem(File.ReadAllText(Scratch.PathOf(name))) ?? throw new InvalidOperationException($"{name} holds no key");

    /// <summary>The digests of the blobs that are documents or statements, by what names them.</summary>
    public static string Summary(IEnumerable<Entry> entries)
    {
        var all = entries.ToList();
        var verdicts = all.Select(entry => entry.Fact).OfType<Fact.Decided>().ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{all.Count} entries, {verdicts.Count} verdicts: ")
            + string.Join(", ", verdicts.GroupBy(decided => decided.Verdict).OrderBy(group => group.Key).Select(group => $"{group.Count()} {group.Key}"))
            + "; " + string.Join(", ", all.GroupBy(entry => entry.Fact.GetType().Name).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{group.Count()} {group.Key}"));
    }

    public void Dispose() => Scratch.Dispose();
}
