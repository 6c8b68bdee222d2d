namespace Muster.Probes;

/// <summary>The secret that <c>$(env:NAME)</c> or <c>$(file:NAME)</c> names, or null if it is not there. Asked at the moment of the look and at no other.</summary>
public delegate string? SecretSource(string from, string name);

/// <summary>Secrets of this process: its environment, and files relative to a folder, without their last line end.</summary>
public static class ProcessSecrets
{
    const int Most = 64 * 1024;

    /// <summary>A shorter secret is not used: to take it out of what was seen would take out words too.</summary>
    public const int Least = 4;

    public static SecretSource In(string folder) => (from, name) => from switch
    {
        "env" => Environment.GetEnvironmentVariable(name),
        "file" => Read(Path.Combine(folder, name)),
        _ => null,
    };

    static string? Read(string path)
    {
        var file = new FileInfo(path);
        try { return file.Exists && file.Length <= Most ? File.ReadAllText(path).TrimEnd('\r', '\n') : null; }
        catch (Exception barred) when (barred is IOException or UnauthorizedAccessException) { return null; } // What may not be read is not there.
    }
}
