using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>A real systemd that runs a program, which stands for a service: the real one of this machine that only waits.</summary>
sealed class HostEyes : IEyes
{
    const string Unit = "shop.service";
    SystemdServer _systemd = null!;
    string _folder = "";

    public string Name => "host";

    public IReadOnlyList<Break> Breaks =>
    [
        new(["AI-23"], "the unit was stopped", _ => Tell("stop", Unit), _ => Tell("start", Unit)),
        new(["AI-23"], "the unit is not started with the machine", _ => Tell("disable", Unit), _ => Tell("enable", Unit)),
        new(["AI-23"], "another program than the released one runs", _ => Runs([0]), _ => Runs([])),
        new(["AI-45"], "the path of the log is gone", _ => Gone(), _ => Made(), Becomes: "unproven"),
    ];

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        _folder = folder;
        Directory.CreateDirectory(Path.Combine(folder, "dist"));
        File.Copy("/bin/sleep", Path.Combine(folder, "dist", "shop"));
        File.Copy("/bin/sleep", Installed);
        await Made();
        _systemd = await SystemdServer.Start(new Dictionary<string, string> { [Unit] = $"[Service]\nExecStart={Installed} 1000\nRestart=always\n[Install]\nWantedBy=default.target\n" }, cancel);
        Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", _systemd.Runtime);
        await Tell("enable", Unit);
        await Tell("start", Unit);
        return new Dictionary<string, int>();
    }

    string Installed => Path.Combine(_folder, "installed");

    Task Tell(params string[] words)
    {
        _systemd.Tell(words);
        if (words[0] is "enable" or "disable") _systemd.Tell("daemon-reload"); // Links are only read then.
        return Task.CompletedTask;
    }

    /// <summary>Exchanged on disk and started again, as by an installer. Bytes behind the end of a program change nothing of what it does.</summary>
    async Task Runs(byte[] more)
    {
        await Tell("stop", Unit);
        await File.WriteAllBytesAsync(Installed, [.. await File.ReadAllBytesAsync("/bin/sleep"), .. more]);
        await Tell("start", Unit);
    }

    Task Gone()
    {
        Directory.Delete(Path.Combine(_folder, "wal"));
        return Task.CompletedTask;
    }

    Task Made()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "wal"));
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_systemd is null) return;
        Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", null);
        await _systemd.DisposeAsync();
    }
}
