namespace Muster.Bench;

/// <summary>The packed executable, as users have it: artifacts/muster.</summary>
static class Executable
{
    /// <summary>The repository.</summary>
    public static string Root { get; } = Locate();

    public static string Path { get; } = System.IO.Path.Combine(Root, "artifacts", "muster");

    public static string? Missing => File.Exists(Path) ? null : "artifacts/muster is not there; run: dotnet run build.cs -- pack";

    static string Locate()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
            if (File.Exists(System.IO.Path.Combine(folder, "build.cs"))) return folder;
        return ".";
    }
}
