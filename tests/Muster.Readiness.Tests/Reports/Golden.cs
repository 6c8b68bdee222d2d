namespace Muster.Readiness.Tests;

/// <summary>
/// Files of <c>Reports/golden</c>, compared byte for byte. With MUSTER_ACCEPT=1 in the environment they are written instead, and reviewed as a diff.
/// </summary>
static class Golden
{
    public static void Equal(string name, string actual)
    {
        var path = Path.Combine(Repository, "tests/Muster.Readiness.Tests/Reports/golden", name);
        if (Environment.GetEnvironmentVariable("MUSTER_ACCEPT") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"{name} is not in golden/; run with MUSTER_ACCEPT=1 and review it");
        Assert.Equal(File.ReadAllText(path), actual);
    }

    public static string Repository
    {
        get
        {
            for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
                if (File.Exists(Path.Combine(at.FullName, "Muster.slnx"))) return at.FullName;
            throw new InvalidOperationException("Muster.slnx stands in no folder above the tests");
        }
    }
}
