using System.Globalization;

namespace Muster.Servers;

/// <summary>A real RabbitMQ with its management API on ports of 127.0.0.1, in a folder of its own. The name server that it needs is started beside it and ends with it.</summary>
public sealed class RabbitServer : IAsyncDisposable
{
    const string Programs = "/usr/lib/rabbitmq/bin/";
    readonly ServerFolder _folder = new("rabbitmq");
    readonly int _names = Ports.Free();
    readonly int _distribution = Ports.Free();
    readonly string _node = string.Create(CultureInfo.InvariantCulture, $"muster{Ports.Free()}@localhost");
    ServerProcess? _epmd;
    ServerProcess? _process;

    RabbitServer()
    {
    }

    public int Port { get; } = Ports.Free();

    public int ManagementPort { get; } = Ports.Free();

    public static string User => "keeper";

    public static string Password => "keeper-password-1";

    public string Address => string.Create(CultureInfo.InvariantCulture, $"amqp://127.0.0.1:{Port}");

    public string Management => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ManagementPort}");

    public static async Task<RabbitServer> Start(CancellationToken cancel)
    {
        var server = new RabbitServer();
        try
        {
            server._folder.Write("plugins", "[rabbitmq_management].\n");
            server._folder.Write("rabbitmq.conf", string.Create(CultureInfo.InvariantCulture, $"""
                listeners.tcp.default = 127.0.0.1:{server.Port}
                management.tcp.ip = 127.0.0.1
                management.tcp.port = {server.ManagementPort}
                default_user = {User}
                default_pass = {Password}
                disk_free_limit.absolute = 1MB
                collect_statistics_interval = 1000

                """));
            server._epmd = await ServerProcess.Start(server._folder, "epmd", ["-address", "127.0.0.1", "-port", server._names.ToString(CultureInfo.InvariantCulture)], () => Ports.IsOpen(server._names), cancel);
            await server.Begin(cancel);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    /// <summary>A command of the server's own rabbitmqctl; what it printed.</summary>
    public Task<string> Control(CancellationToken cancel, params string[] command) => ServerProcess.Run(_folder, Programs + "rabbitmqctl", ["--node", _node, "--quiet", .. command], cancel, Variables);

    /// <summary>Raises or ends the memory alarm, which blocks whoever publishes.</summary>
    public Task<string> MemoryAlarm(bool raised, CancellationToken cancel) => Control(cancel, "set_vm_memory_high_watermark", raised ? "0.00000001" : "0.4");

    public Task Stop() => _process?.Stop() ?? Task.CompletedTask;

    public async Task Begin(CancellationToken cancel)
    {
        if (_process is not null) await _process.DisposeAsync();
        _process = await ServerProcess.Start(_folder, Programs + "rabbitmq-server", [], () => Ports.IsOpen(Port) && Ports.IsOpen(ManagementPort), cancel, Variables);
    }

    (string, string)[] Variables =>
    [
        ("RABBITMQ_NODENAME", _node), ("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"), ("RABBITMQ_NODE_PORT", Text(Port)), ("RABBITMQ_DIST_PORT", Text(_distribution)),
        ("ERL_EPMD_ADDRESS", "127.0.0.1"), ("ERL_EPMD_PORT", Text(_names)), ("RABBITMQ_MNESIA_BASE", _folder.PathOf("mnesia")), ("RABBITMQ_LOG_BASE", _folder.PathOf("log")),
        ("RABBITMQ_ENABLED_PLUGINS_FILE", _folder.PathOf("plugins")), ("RABBITMQ_PID_FILE", _folder.PathOf("pid")), ("RABBITMQ_CONFIG_FILE", _folder.PathOf("rabbitmq.conf")),
        ("RABBITMQ_CONF_ENV_FILE", _folder.PathOf("none")), ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "+S 1:1 -kernel inet_dist_use_interface {127,0,0,1}"),
    ];

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        if (_epmd is not null) await _epmd.DisposeAsync();
        _folder.Dispose();
    }
}
