using System.Diagnostics;

namespace Muster.Servers;

/// <summary>A real systemd as a user's manager, in a mount namespace of its own where the machine looks as if it had been started by it. Who asks it sets XDG_RUNTIME_DIR.</summary>
public sealed class SystemdServer : IAsyncDisposable
{
    readonly ServerFolder _folder = new();
    ServerProcess? _process;

    SystemdServer() { }

    public string Runtime => _folder.PathOf("run");

    public string PathOf(string name) => _folder.PathOf(name);

    /// <param name="units">Unit files by name.</param>
    public static async Task<SystemdServer> Start(IReadOnlyDictionary<string, string> units, CancellationToken cancel)
    {
        var server = new SystemdServer();
        try
        {
            foreach (var (name, text) in units) server._folder.Write($"config/systemd/user/{name}", text);
            Directory.CreateDirectory(server.Runtime);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(server.Runtime, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            // systemd ends at once where /run/systemd/system is not there; the folder is this namespace's alone.
            string[] words = ["--mount", .. Environment.IsPrivilegedProcess ? (string[])[] : ["--map-root-user"], "sh", "-c", "mount -t tmpfs none /run && mkdir -p /run/systemd/system && exec /lib/systemd/systemd --user --log-target=console"];
            server._process = await ServerProcess.Start(server._folder, "unshare", words, () => server.Tell("show", "-p", "Version")?.Contains("Version=", StringComparison.Ordinal) == true, cancel, ("XDG_RUNTIME_DIR", server.Runtime), ("XDG_CONFIG_HOME", server._folder.PathOf("config")));
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    /// <summary>What systemctl says to these words; null when the manager does not answer.</summary>
    public string? Tell(params string[] words)
    {
        var start = new ProcessStartInfo("systemctl", ["--user", "--no-pager", .. words]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["XDG_RUNTIME_DIR"] = Runtime;
        start.Environment["XDG_CONFIG_HOME"] = _folder.PathOf("config");
        using var process = Process.Start(start)!;
        var complaints = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return complaints.Result.Contains("Failed to connect", StringComparison.Ordinal) ? null : said + complaints.Result;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            Tell("exit"); // Its units end with it.
            await _process.DisposeAsync();
        }

        _folder.Dispose();
    }
}
