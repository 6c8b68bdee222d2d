using System.Globalization;
using Muster.Telemetry.Series;

namespace Muster.Bench.Telemetry;

/// <summary>
/// Series as node_exporters give them: half never change, the others are seconds of processors, bytes and operations that only grow, gauges in pages,
/// loads, temperatures, and a few floats of full precision. Deterministic by seed.
/// </summary>
sealed class NodeShape
{
    const int PerTarget = 500;

    readonly Random _random = new(11);
    readonly double[] _values;
    readonly double[] _speeds;

    public NodeShape(int series)
    {
        Labels = [.. Enumerable.Range(0, series).Select(Of)];
        _values = new double[series];
        _speeds = new double[series];
        for (var at = 0; at < series; at++)
        {
            _values[at] = Kind(at) switch { 0 => _random.Next(2), 3 => 4096.0 * _random.Next(1 << 20), 5 => 20 + _random.NextDouble(), _ => _random.Next(1_000_000) };
            _speeds[at] = _random.NextDouble();
        }
    }

    public Labels[] Labels { get; private set; }

    public ReadOnlySpan<double> Values => _values;

    static int Kind(int series) => (series % 50) switch { < 26 => 0, < 32 => 1, < 40 => 2, < 44 => 3, < 46 => 4, < 49 => 5, _ => 6 };

    static readonly string[] Names = ["node_boot_info", "node_cpu_seconds_total", "node_network_receive_bytes_total", "node_memory_bytes", "node_load1", "node_hwmon_temp_celsius", "node_time_offset_seconds"];

    static Labels Of(int series)
    {
        var (target, within) = (series / PerTarget, series % PerTarget);
        return Muster.Telemetry.Series.Labels.Of(("__name__", Names[Kind(series)]), ("job", "node"), ("instance", string.Create(CultureInfo.InvariantCulture, $"host-{target:00000}:9100")),
            ("device", string.Create(CultureInfo.InvariantCulture, $"dev{within / 50}")), ("mode", string.Create(CultureInfo.InvariantCulture, $"m{within % 50:00}")));
    }

    /// <summary>The next scrape's values.</summary>
    public void Move()
    {
        for (var at = 0; at < _values.Length; at++)
        {
            _values[at] = Kind(at) switch
            {
                1 => Math.Round(_values[at] + (_random.Next(1500) * _speeds[at] / 100), 2),
                2 => _values[at] + _random.Next((int)(1 + (1_000_000 * _speeds[at]))),
                3 => _random.Next(3) == 0 ? Math.Max(0, _values[at] + (4096.0 * _random.Next(-64, 64))) : _values[at],
                4 => Math.Round(_random.NextDouble() * 4, 2),
                5 => Math.Round(_values[at] + (_random.NextDouble() - 0.5), 1),
                6 => _random.NextDouble(),
                _ => _values[at],
            };
        }
    }

    /// <summary>So many series end, and others begin in their place: a release of some of the targets.</summary>
    public void Churn(int series, int generation)
    {
        for (var n = 0; n < series; n++)
        {
            var at = (int)((((long)generation * 7919) + n) % Labels.Length);
            Labels[at] = Labels[at].With("pod", string.Create(CultureInfo.InvariantCulture, $"pod-{generation}-{n}"));
        }
    }
}
