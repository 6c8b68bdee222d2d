using System.Globalization;

namespace Muster.Servers;

/// <summary>A real Alertmanager on loopback, alone in its cluster.</summary>
public sealed class AlertmanagerServer : IAsyncDisposable
{
    readonly ServerFolder _folder = new();
    ServerProcess? _process;

    AlertmanagerServer() { }

    public int Port { get; } = Ports.Free();

    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/"));

    /// <param name="config">alertmanager.yml whole.</param>
    public static async Task<AlertmanagerServer> Start(string config, CancellationToken cancel)
    {
        var server = new AlertmanagerServer();
        server._folder.Write("alertmanager.yml", config);
        try { await server.Begin(cancel); }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    /// <summary>Writes the configuration anew and has it read.</summary>
    public async Task Reload(string config, CancellationToken cancel)
    {
        _folder.Write("alertmanager.yml", config);
        using var http = new HttpClient();
        using var answer = await http.PostAsync(new Uri(Address, "-/reload"), null, cancel);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException(await answer.Content.ReadAsStringAsync(cancel));
    }

    public Task Stop() => _process?.Stop() ?? Task.CompletedTask;

    /// <summary>Starts it again on the same port and data after a stop.</summary>
    public async Task Begin(CancellationToken cancel)
    {
        if (_process is not null) await _process.DisposeAsync();
        _process = await ServerProcess.Start(_folder, "prometheus-alertmanager",
        [
            "--config.file=alertmanager.yml", "--storage.path=data", string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{Port}"), "--cluster.listen-address=", "--log.level=warn",
        ], () => PrometheusServer.Ready(Address, "-/ready"), cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Dispose();
    }
}
