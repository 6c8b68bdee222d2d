using System.Globalization;
using Muster.Servers;

namespace Muster.Probes.Tests.Credentials;

/// <summary>A real RabbitMQ with its management interface, and the port daemon that it starts.</summary>
sealed class Broker : IAsyncDisposable
{
    const string Bin = "/usr/lib/rabbitmq/bin/";
    readonly ServerFolder _folder = new("rabbitmq");
    readonly int _distribution = Ports.Free();
    readonly int _daemon = Ports.Free();
    ServerProcess? _epmd, _process;

    public int Port { get; } = Ports.Free();

    public int Management { get; } = Ports.Free();

    (string, string)[] Variables =>
    [
        ("RABBITMQ_NODENAME", Text($"muster{Port}@localhost")), ("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"), ("RABBITMQ_NODE_PORT", Text($"{Port}")), ("RABBITMQ_DIST_PORT", Text($"{_distribution}")),
        ("ERL_EPMD_ADDRESS", "127.0.0.1"), ("ERL_EPMD_PORT", Text($"{_daemon}")), ("RABBITMQ_MNESIA_BASE", _folder.PathOf("data")), ("RABBITMQ_LOG_BASE", _folder.PathOf("log")), ("RABBITMQ_PID_FILE", _folder.PathOf("pid")),
        ("RABBITMQ_ENABLED_PLUGINS_FILE", _folder.PathOf("plugins")), ("RABBITMQ_CONFIG_FILE", _folder.PathOf("rabbitmq.conf")),
    ];

    public static async Task<Broker> Start(CancellationToken cancel)
    {
        var broker = new Broker();
        try
        {
            broker._folder.Write("plugins", "[rabbitmq_management].\n");
            broker._folder.Write("rabbitmq.conf", Text($"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {broker.Management}\n"));
            broker._epmd = await ServerProcess.Start(broker._folder, "epmd", ["-port", Text($"{broker._daemon}"), "-address", "127.0.0.1"], () => Ports.IsOpen(broker._daemon), cancel);
            broker._process = await ServerProcess.Start(broker._folder, Bin + "rabbitmq-server", [], () => Ports.IsOpen(broker.Port) && Ports.IsOpen(broker.Management), cancel, broker.Variables);
            await broker.Control(cancel, "await_startup");
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    public Task<string> Control(CancellationToken cancel, params string[] words) => ServerProcess.Run(_folder, Bin + "rabbitmqctl", words, cancel, Variables);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        if (_epmd is not null) await _epmd.DisposeAsync();
        _folder.Dispose();
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
