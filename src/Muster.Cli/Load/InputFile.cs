namespace Muster.Cli.Load;

/// <summary>A file that a user named, whole and bounded.</summary>
static class InputFile
{
    const int Most = 64 << 20;

    /// <exception cref="Refusal">It is not there, or too large.</exception>
    public static byte[] Read(Host host, string path, int most = Most)
    {
        try
        {
            var full = Path.GetFullPath(path, host.Folder);
            if (Directory.Exists(full)) throw Refusal.Usage($"{path} is a folder", "name a file in it");
            var file = new FileInfo(full);
            if (file.Exists && file.Length > most) throw Refusal.Usage($"{path} is larger than {most >> 20} MiB", "name another file");
            return File.ReadAllBytes(full);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException) { throw Refusal.Usage($"there is no file {path}", "name one that is there; a URL begins with http:// or https://"); }
        catch (Exception barred) when (barred is IOException or UnauthorizedAccessException or ArgumentException) { throw Refusal.Usage($"{path} cannot be read: {barred.Message}", "give access to it"); }
    }
}
