using System.Globalization;

namespace Muster.Bench.Telemetry;

/// <summary>A server that takes metrics, on the measured core alone, in a fresh folder.</summary>
sealed class MetricServer : IDisposable
{
    readonly Child _child;

    MetricServer(string name, Child child, int port, string folder) => (Name, _child, Port, Folder) = (name, child, port, folder);

    public string Name { get; }

    public int Port { get; }

    public string Folder { get; }

    public static string? Missing() => !Child.Has("prometheus") ? "Prometheus is not installed" : !Child.Has("victoria-metrics") ? "VictoriaMetrics is not installed" : File.Exists(Muster) ? null : $"{Muster} is not built";

    static string Muster { get; } = Path.Combine(Executable.Root, "src", "Muster.Server", "bin", "Release", "net10.0", "muster-server");

    public static MetricServer OfMuster(params (string Name, string Value)[] variables) => Start("Muster", (port, folder) => [Muster, "telemetry", "--listen", $"127.0.0.1:{port}", "--data", folder, "--otlp-http", "none", "--otlp-grpc", "none", "--no-own-metrics"], [("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1"), .. variables]);

    public static MetricServer OfPrometheus() => Start("Prometheus", (port, folder) =>
    {
        var config = Path.Combine(folder, "prometheus.yml");
        File.WriteAllText(config, "global: {}\n");
        return ["prometheus", $"--config.file={config}", $"--storage.tsdb.path={Path.Combine(folder, "data")}", $"--web.listen-address=127.0.0.1:{port}", "--web.enable-remote-write-receiver", "--log.level=error"];
    }, ("GOMAXPROCS", "1"));

    public static MetricServer OfVictoria() => Start("VictoriaMetrics", (port, folder) => ["victoria-metrics", $"-storageDataPath={folder}", $"-httpListenAddr=127.0.0.1:{port}", "-loggerLevel=ERROR", "-retentionPeriod=100y"], ("GOMAXPROCS", "1"));

    /// <summary>Over samples that are there already.</summary>
    public static MetricServer OfMusterOver(string folder)
    {
        var port = Ports.Free();
        var child = Child.Start([Muster, "telemetry", "--listen", $"127.0.0.1:{port}", "--data", folder, "--otlp-http", "none", "--otlp-grpc", "none", "--no-own-metrics"], Cores.Measured);
        Ports.WaitFor(port);
        return new("Muster", child, port, folder);
    }

    static MetricServer Start(string name, Func<string, string, string[]> command, params (string Name, string Value)[] variables)
    {
        var port = Ports.Free();
        var folder = Scratch.Fresh(name + port.ToString(CultureInfo.InvariantCulture));
        var child = Child.Start(command(port.ToString(CultureInfo.InvariantCulture), folder), Cores.Measured, variables);
        Ports.WaitFor(port);
        return new(name, child, port, folder);
    }

    public double Cpu() => _child.Cpu();

    public long? Peak() => _child.Peak();

    public void Dispose() => _child.Dispose();
}
