using System.Diagnostics;

namespace Muster.Servers;

/// <summary>A scratch folder of one server, gone with it. Its user may enter it, since several servers refuse to run as root.</summary>
public sealed class ServerFolder : IDisposable
{
    public ServerFolder(string? user = null)
    {
        Path = Directory.CreateTempSubdirectory("muster-server-").FullName;
        User = Environment.IsPrivilegedProcess ? user : null;
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        Own();
    }

    public string Path { get; }

    /// <summary>Whom its files belong to and its server runs as; null for whoever runs this.</summary>
    public string? User { get; }

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        Own();
        return path;
    }

    /// <summary>Hands everything in it to its user.</summary>
    public void Own()
    {
        if (User is null) return;
        using var chown = Process.Start("chown", ["-R", User, Path]);
        chown.WaitForExit();
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
