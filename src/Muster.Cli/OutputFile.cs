namespace Muster.Cli;

/// <summary>A file that a user asked for: whole or not at all.</summary>
static class OutputFile
{
    /// <exception cref="Refusal">It cannot be written there.</exception>
    public static void Write(Host host, string path, byte[] bytes) => Write(host, path, to => to.Write(bytes));

    /// <summary>The same for what is too large to be held at once; if writing it fails, nothing is there.</summary>
    public static void Write(Host host, string path, Action<Stream> write)
    {
        var full = Path.GetFullPath(path, host.Folder);
        var beside = full + ".part";
        try
        {
            using (var to = File.Create(beside)) write(to);
            File.Move(beside, full, overwrite: true);
        }
        catch (Exception cannot) when (cannot is IOException or UnauthorizedAccessException)
        {
            throw Refusal.Usage($"cannot write {path}: {cannot.Message}", "choose a place that can be written to");
        }
        finally
        {
            if (File.Exists(beside)) File.Delete(beside);
        }
    }
}
