namespace Muster.Bench;

/// <summary>A folder on a real disk that lives as long as the whole run, so that what is costly to make is made once.</summary>
static class Scratch
{
    const string Variable = "MUSTER_BENCH_SCRATCH";

    public static string Root => Environment.GetEnvironmentVariable(Variable) ?? throw new InvalidOperationException($"{Variable} names no folder");

    /// <summary>Sets the folder for the processes that are started from here.</summary>
    public static string Make()
    {
        var root = Directory.CreateTempSubdirectory("muster-bench-").FullName;
        Environment.SetEnvironmentVariable(Variable, root);
        return root;
    }

    public static string Folder(string name) => Directory.CreateDirectory(Path.Combine(Root, name)).FullName;

    /// <summary>A folder that nobody has used.</summary>
    public static string Fresh(string name)
    {
        var folder = Path.Combine(Root, name);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        return Directory.CreateDirectory(folder).FullName;
    }
}
