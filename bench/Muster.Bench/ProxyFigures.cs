using System.Globalization;
using System.Text.RegularExpressions;

namespace Muster.Bench;

/// <summary>What the fault proxy costs while it does no harm: on a core of its own, between nginx and wrk on the other, beside HAProxy in its TCP mode there and beside no proxy.</summary>
static partial class ProxyFigures
{
    const int Big = 16 << 20;

    public static readonly IReadOnlyList<Contest> All =
    [
        Between("fault proxy, one connection, one request at a time", "requests", Rate(connections: 1), oneByOne: true),
        Between("fault proxy, 64 connections", "requests", Rate(connections: 64)),
        Between("fault proxy, answers of 16 MiB", "MB", Volume),
    ];

    static string? Missing() => Nginx.Missing() ?? LoadPeers.Missing("wrk") ?? (HaProxy.Program is null ? "HAProxy is not installed" : null) ?? Executable.Missing;

    static Func<int, Sample> Rate(int connections) => port => new(double.Parse(OfRate().Match(Wrk(port, connections, "/")).Groups[1].Value, CultureInfo.InvariantCulture), 1);

    static Sample Volume(int port)
    {
        var said = OfVolume().Match(Wrk(port, 1, "/big"));
        return new(double.Parse(said.Groups[1].Value, CultureInfo.InvariantCulture) * said.Groups[2].Value switch { "GB" => 1 << 30, "MB" => 1 << 20, _ => 1 << 10 } / 1e6, 1);
    }

    static string Wrk(int port, int connections, string path)
    {
        var said = Child.Run(["wrk", "-t1", $"-c{connections}", "-d2s", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}{path}")], core: Cores.Target);
        return said.Contains("Non-2xx", StringComparison.Ordinal) || said.Contains("Socket errors", StringComparison.Ordinal) ? throw new InvalidOperationException($"not every request was answered: {said}") : said;
    }

    static Contest Between(string name, string unit, Func<int, Sample> load, bool oneByOne = false) => new(name, new Goal.None(), unit, () =>
    {
        var nginx = Nginx.Start();
        File.WriteAllBytes(Path.Combine(nginx.Folder, "big"), new byte[Big]);
        var (ours, theirs, control) = (Ports.Free(), Ports.Free(), Ports.Free());
        var muster = Child.Start([Executable.Path, "proxy", string.Create(CultureInfo.InvariantCulture, $"web={ours}:127.0.0.1:{nginx.Http}"), "--control", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{control}")], Cores.Measured);
        var peer = HaProxy.Start(theirs, nginx.Http);
        Ports.WaitFor(ours);
        Ports.WaitFor(theirs);
        return new(new("Muster", () => load(ours), muster.Peak) { Elsewhere = true }, new("HAProxy, TCP mode, one thread", () => load(theirs), peer.Peak) { Elsewhere = true }, () =>
        {
            muster.Dispose();
            peer.Dispose();
            nginx.Dispose();
        })
        {
            Note = () =>
            {
                // In turn, since what is subtracted must come from the same minute.
                double[][] all = [.. Enumerable.Range(0, 3).Select(_ => (double[])[load(nginx.Http).Rate, load(ours).Rate, load(theirs).Rate])];
                double Of(int one) => Rounds.Middle([.. all.Select(round => round[one]).Order()]);
                var each = oneByOne ? string.Create(CultureInfo.InvariantCulture, $"; a request takes {1e6 / Of(0):0.0} µs, {1e6 / Of(1) - 1e6 / Of(0):0.0} µs more through Muster, {1e6 / Of(2) - 1e6 / Of(0):0.0} µs more through HAProxy") : "";
                return string.Create(CultureInfo.InvariantCulture, $"a second, in turn: {Of(0):#,0} {unit} without a proxy, {Of(1):#,0} through Muster, {Of(2):#,0} through HAProxy{each}. nginx and wrk share a core; the proxy has the other.");
            },
        };
    })
    { Needs = Missing };

    [GeneratedRegex(@"^Requests/sec:\s+([\d.]+)", RegexOptions.Multiline)]
    private static partial Regex OfRate();

    [GeneratedRegex(@"^Transfer/sec:\s+([\d.]+)(GB|MB|KB)", RegexOptions.Multiline)]
    private static partial Regex OfVolume();
}
