using System.Globalization;

namespace Muster.Bench;

/// <summary>The peer of HTTP probes: prometheus-blackbox-exporter on the measured core with one processor, asked over 64 connections by wrk on the target's core.</summary>
sealed class Blackbox : IDisposable
{
    const string Program = "prometheus-blackbox-exporter";
    readonly Child _child;
    readonly string _probe;

    Blackbox(Child child, string probe) => (_child, _probe) = (child, probe);

    public static string? Missing => Child.Has(Program) && Child.Has("wrk") ? null : $"{Program} or wrk is not installed";

    public static Blackbox Start(int target)
    {
        var folder = Scratch.Fresh("blackbox");
        var port = Ports.Free();
        File.WriteAllText(Path.Combine(folder, "blackbox.yml"), "modules:\n  http_2xx:\n    prober: http\n    http: { preferred_ip_protocol: ip4 }\n");
        var child = Child.Start([Program, $"--config.file={folder}/blackbox.yml", string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}"), "--log.level=error"],
            Cores.Measured, ("GOMAXPROCS", "1"));
        Ports.WaitFor(port);
        return new(child, string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/probe?target=http://127.0.0.1:{target}/&module=http_2xx"));
    }

    public Side Side => new("prometheus-blackbox-exporter", Round, _child.Peak);

    Sample Round()
    {
        var said = Child.Run(["wrk", "-t1", "-c64", "-d2s", _probe], core: Cores.Target);
        var rate = said.Split('\n').Single(line => line.StartsWith("Requests/sec:", StringComparison.Ordinal));
        if (said.Contains("Non-2xx", StringComparison.Ordinal)) throw new InvalidOperationException($"the peer did not succeed: {said}");
        return new(double.Parse(rate.AsSpan("Requests/sec:".Length).Trim(), CultureInfo.InvariantCulture), 1);
    }

    public void Dispose() => _child.Dispose();
}
