using System.Diagnostics;
using System.Globalization;

namespace Muster.Bench.Telemetry;

/// <summary>A server that takes metrics, on the measured core alone, in a fresh folder.</summary>
sealed class MetricServer : IDisposable
{
    readonly Func<int, string, string[]> _command;
    readonly (string Name, string Value)[] _variables;
    Child _child;

    MetricServer(string name, string folder, Func<int, string, string[]> command, (string Name, string Value)[] variables)
    {
        (Name, Folder, _command, _variables) = (name, folder, command, variables);
        (_child, Port) = Begin();
    }

    public string Name { get; }

    public int Port { get; private set; }

    public string Folder { get; }

    public static string? Missing() => !Child.Has("prometheus") ? "Prometheus is not installed" : !Child.Has("victoria-metrics") ? "VictoriaMetrics is not installed" : File.Exists(Muster) ? null : "artifacts/muster-server is not there; run: dotnet run build.cs -- pack";

    static string Muster { get; } = Path.Combine(Executable.Root, "artifacts", "muster-server");

    public static MetricServer OfMuster() => Start("Muster", static (port, folder) => [Muster, "telemetry", "--listen", Address(port), "--data", folder, "--otlp-http", "none", "--otlp-grpc", "none", "--no-own-metrics", "--admin"], ("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1"));

    public static MetricServer OfPrometheus() => Start("Prometheus", static (port, folder) =>
    {
        var config = Path.Combine(folder, "prometheus.yml");
        File.WriteAllText(config, "global: {}\n");
        return ["prometheus", $"--config.file={config}", $"--storage.tsdb.path={Path.Combine(folder, "data")}", $"--web.listen-address={Address(port)}", "--web.enable-remote-write-receiver", "--web.enable-admin-api", "--storage.tsdb.retention.time=100y", "--log.level=error"];
    }, ("GOMAXPROCS", "1"));

    public static MetricServer OfVictoria() => Start("VictoriaMetrics", static (port, folder) => ["victoria-metrics", $"-storageDataPath={folder}", $"-httpListenAddr={Address(port)}", "-loggerLevel=ERROR", "-retentionPeriod=100y"], ("GOMAXPROCS", "1"));

    static string Address(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    static MetricServer Start(string name, Func<int, string, string[]> command, params (string Name, string Value)[] variables) => new(name, Scratch.Fresh(name + Ports.Free().ToString(CultureInfo.InvariantCulture)), command, variables);

    (Child Child, int Port) Begin()
    {
        var port = Ports.Free();
        var child = Child.Start(_command(port, Folder), Cores.Measured, _variables);
        Ports.WaitFor(port);
        return (child, port);
    }

    /// <summary>Ended as a service is, and started anew over what it has on the disk; returns when it listens.</summary>
    /// <returns>The moment at which the new process was begun, of <see cref="Stopwatch"/>.</returns>
    /// <remarks>Not killed: of peers without a log some of the last samples would be gone then.</remarks>
    public long Restart()
    {
        _child.Stop();
        var began = Stopwatch.GetTimestamp();
        (_child, Port) = Begin();
        return began;
    }

    public HttpClient Client() => new() { BaseAddress = new Uri($"http://{Address(Port)}/"), Timeout = TimeSpan.FromMinutes(5) };

    public double Cpu() => _child.Cpu();

    public long? Peak() => _child.Peak();

    public void Dispose() => _child.Dispose();
}
