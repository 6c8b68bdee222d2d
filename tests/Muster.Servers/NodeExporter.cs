using System.Globalization;

namespace Muster.Servers;

/// <summary>A real node exporter on loopback, with the collectors that look at little.</summary>
public sealed class NodeExporter : IAsyncDisposable
{
    readonly ServerFolder _folder = new();
    ServerProcess? _process;

    NodeExporter() { }

    public int Port { get; } = Ports.Free();

    public static async Task<NodeExporter> Start(CancellationToken cancel)
    {
        var exporter = new NodeExporter();
        try
        {
            exporter._process = await ServerProcess.Start(exporter._folder, "prometheus-node-exporter",
                [string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{exporter.Port}"), "--collector.disable-defaults", "--collector.loadavg", "--collector.meminfo"], () => Ports.IsOpen(exporter.Port), cancel);
        }
        catch
        {
            await exporter.DisposeAsync();
            throw;
        }

        return exporter;
    }

    public Task Stop() => _process?.Stop() ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Dispose();
    }
}
