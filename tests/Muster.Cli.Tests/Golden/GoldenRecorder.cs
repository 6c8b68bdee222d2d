using System.Text;
using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>
/// Records the stories as golden workspaces. Into a scratch folder, unless MUSTER_RECORD=release-N names a release that was never recorded; one that was is never recorded again.
/// </summary>
static class GoldenRecorder
{
    public const string Sums = "SHA256SUMS";
    public const string Holds = "holds.txt";

    public static string Target(string scratch) => Environment.GetEnvironmentVariable("MUSTER_RECORD") is { Length: > 0 } release
        ? Path.Combine(GoldenWorkspace.Folder, release)
        : scratch;

    public static async Task Record(Func<Task<Recording>> tell, string to)
    {
        if (Directory.Exists(to)) throw new InvalidOperationException($"{to} is recorded already; what a release wrote is never recorded again");
        using var story = await tell();
        story.CopyTo(to);
        using (var workspace = GoldenWorkspace.Open(to))
        using (var ledger = workspace.Ledger())
            File.WriteAllText(Path.Combine(to, Holds), GoldenWorkspace.Summary(ledger.Read()) + "\n");
        File.WriteAllText(Path.Combine(to, Sums), SumsOf(to));
    }

    /// <summary>As sha256sum writes them, so that they can be checked without us.</summary>
    public static string SumsOf(string folder)
    {
        var text = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal))
            if (file != Sums) text.Append(Digest.Of(File.ReadAllBytes(Path.Combine(folder, file))).Hex).Append("  ").Append(file).Append('\n');
        return text.ToString();
    }
}
