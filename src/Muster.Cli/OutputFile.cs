namespace Muster.Cli;

/// <summary>A file that a user asked for: whole or not at all.</summary>
static class OutputFile
{
    /// <exception cref="Refusal">It cannot be written there.</exception>
    public static void Write(Host host, string path, byte[] bytes)
    {
        var full = Path.GetFullPath(path, host.Folder);
        var beside = full + ".part";
        try
        {
            File.WriteAllBytes(beside, bytes);
            File.Move(beside, full, overwrite: true);
        }
        catch (Exception cannot) when (cannot is IOException or UnauthorizedAccessException)
        {
            throw Refusal.Usage($"cannot write {path}: {cannot.Message}", "choose a place that can be written to");
        }
    }
}
