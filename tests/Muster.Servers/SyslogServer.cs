using System.Globalization;

namespace Muster.Servers;

/// <summary>A real rsyslog on a UDP port of 127.0.0.1, which writes every message as a line of its own into one file.</summary>
public sealed class SyslogServer : IAsyncDisposable
{
    readonly ServerFolder _folder = new();
    ServerProcess? _process;

    SyslogServer()
    {
    }

    public int Port { get; } = Ports.Free();

    /// <param name="file">Where the lines go.</param>
    public static async Task<SyslogServer> Start(string file, CancellationToken cancel)
    {
        var server = new SyslogServer();
        try
        {
            server._folder.Write("rsyslog.conf", string.Create(CultureInfo.InvariantCulture, $"""
                global(workDirectory="{server._folder.Path}")
                module(load="imudp")
                template(name="line" type="string" string="%msg:2:$%\n")
                input(type="imudp" address="127.0.0.1" port="{server.Port}" ruleset="all")
                ruleset(name="all") {"{"} action(type="omfile" file="{file}" template="line") {"}"}

                """));
            server._process = await ServerProcess.Start(server._folder, "rsyslogd", ["-n", "-f", server._folder.PathOf("rsyslog.conf"), "-i", server._folder.PathOf("pid")], () => File.Exists(server._folder.PathOf("pid")) && IsBound(server.Port), cancel);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    public Task Stop() => _process?.Stop() ?? Task.CompletedTask;

    /// <summary>STOP and CONT make it hang and go on.</summary>
    public void Signal(string name) => _process?.Signal(name);

    static bool IsBound(int port) => File.ReadLines("/proc/net/udp").Any(line => line.Contains(port.ToString("X4", CultureInfo.InvariantCulture), StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Dispose();
    }
}
