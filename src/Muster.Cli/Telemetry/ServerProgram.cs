using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Muster.Cli.Telemetry;

/// <summary>The server's executable: where it is, and how it is told to end.</summary>
static class ServerProgram
{
    const string Name = "muster-server";
    public const int Hangup = 1, Terminate = 15;

    /// <summary>What was said; else beside this program; else what was built in the repository that this program was built in. Null when it is nowhere.</summary>
    /// <param name="said">As it is, even when nothing is there: who says where it is must not get another.</param>
    public static string? Find(string? said, params ReadOnlySpan<string?> beside)
    {
        if (said is { Length: > 0 }) return said;
        foreach (var folder in beside)
            if (folder is not null && Path.Combine(folder, Name) is var there && File.Exists(there)) return there;
        foreach (var folder in beside)
            for (var above = folder; above is not null; above = Path.GetDirectoryName(above))
                if (File.Exists(Path.Combine(above, "Muster.slnx"))) return Newest(Path.Combine(above, "src", "Muster.Server", "bin"));
        return null;
    }

    static string? Newest(string built) => Directory.Exists(built)
        ? Directory.EnumerateFiles(built, Name, SearchOption.AllDirectories).OrderByDescending(File.GetLastWriteTimeUtc).FirstOrDefault()
        : null;

    public static void Send(Process process, int signal)
    {
        if (!process.HasExited) _ = Kill(process.Id, signal);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Kill(int id, int signal);
}
