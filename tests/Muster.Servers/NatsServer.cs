using System.Globalization;

namespace Muster.Servers;

/// <summary>A real NATS server on ports of 127.0.0.1, in a folder of its own: JetStream, users and TLS are lines of its configuration, and may change when it is started anew.</summary>
public sealed class NatsServer : IAsyncDisposable
{
    readonly ServerFolder _folder = new();
    readonly List<string> _lines;
    ServerProcess? _process;

    NatsServer(string[] lines) => _lines = [.. lines];

    public int Port { get; } = Ports.Free();

    /// <summary>Of its monitoring pages.</summary>
    public int MonitorPort { get; } = Ports.Free();

    public string Address => string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{Port}");

    public string Monitor => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{MonitorPort}");

    /// <summary>A line with which JetStream is on, kept in its folder.</summary>
    public static string JetStream => "jetstream: { store_dir: \"jetstream\" }";

    /// <summary>A line with which only this user is let in.</summary>
    public static string User(string name, string password) => $"authorization: {{ users: [ {{ user: \"{name}\", password: \"{password}\" }} ] }}";

    /// <param name="lines">Lines of its configuration: <see cref="JetStream"/>, <see cref="User"/>, <c>tls: { cert_file: …, key_file: … }</c>.</param>
    public static Task<NatsServer> Start(string[] lines, CancellationToken cancel) => Start(lines, [], cancel);

    /// <param name="files">Files that the lines name, by their names in its folder: certificates and keys.</param>
    public static async Task<NatsServer> Start(string[] lines, (string Name, string Text)[] files, CancellationToken cancel)
    {
        var server = new NatsServer(lines);
        try
        {
            foreach (var (name, text) in files) server._folder.Write(name, text);
            await server.Begin(cancel);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    public string PathOf(string name) => _folder.PathOf(name);

    /// <summary>Starts it anew with other lines; what JetStream kept is there again.</summary>
    public async Task Restart(string[] lines, CancellationToken cancel)
    {
        _lines.Clear();
        _lines.AddRange(lines);
        await Stop();
        await Begin(cancel);
    }

    public Task Stop() => _process?.Stop() ?? Task.CompletedTask;

    /// <summary>STOP and CONT make it hang and go on.</summary>
    public void Signal(string name) => _process?.Signal(name);

    public async Task Begin(CancellationToken cancel)
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Write("nats.conf", string.Join('\n', (string[])
        [
            string.Create(CultureInfo.InvariantCulture, $"listen: \"127.0.0.1:{Port}\""), string.Create(CultureInfo.InvariantCulture, $"http: \"127.0.0.1:{MonitorPort}\""), .. _lines,
        ]) + "\n");
        _process = await ServerProcess.Start(_folder, "nats-server", ["-c", "nats.conf"], () => Ports.IsOpen(Port) && Ports.IsOpen(MonitorPort), cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Dispose();
    }
}
