using System.Globalization;
using System.Text.RegularExpressions;

namespace Muster.Bench;

/// <summary>What other load generators reach on the measured core, one thread each, keeping their connections.</summary>
static partial class LoadPeers
{
    public static string? Missing(string program) => Child.Has(program) ? null : $"{program} is not installed";

    public static Side Wrk(int port, int connections) => new($"wrk -t1 -c{connections}", () =>
    {
        var said = Child.Run(["wrk", "-t1", $"-c{connections}", "-d2s", Url(port)], core: Cores.Measured);
        if (said.Contains("Non-2xx", StringComparison.Ordinal) || said.Contains("Socket errors", StringComparison.Ordinal)) throw new InvalidOperationException($"the peer did not succeed: {said}");
        return Rate(OfWrk(), said);
    }, static () => null)
    { Elsewhere = true };

    public static Side Hey(int port, int connections) => new($"hey -cpus 1 -c {connections}",
        () => Rate(OfHey(), Child.Run(["hey", "-cpus", "1", "-c", $"{connections}", "-z", "2s", Url(port)], core: Cores.Measured)), static () => null)
    { Elsewhere = true };

    public static Side Ab(int port, int connections) => new($"ab -k -c {connections}",
        () => Rate(OfAb(), Child.Run(["ab", "-q", "-k", "-c", $"{connections}", "-t", "2", "-n", "100000000", Url(port)], core: Cores.Measured)), static () => null)
    { Elsewhere = true };

    public static Side H2Load(int port, int streams) => new($"h2load -t1 -c1 -m{streams}",
        () => Rate(OfH2Load(), Child.Run(["h2load", "-t1", "-c1", $"-m{streams}", "-D2", Url(port).Replace("http:", "https:", StringComparison.Ordinal)], core: Cores.Measured)), static () => null)
    { Elsewhere = true };

    /// <summary>What they tell of latency, in their own words: milliseconds of the 50th, the 99th and, where it is told, the 99.9th of a hundred.</summary>
    public static string WrkLatency(int port, int connections, TimeSpan time) =>
        Told("wrk", OfLatency(), Child.Run(["wrk", "-t1", $"-c{connections}", $"-d{(int)time.TotalSeconds}s", "--latency", Url(port)], core: Cores.Measured));

    public static string HeyLatency(int port, int connections, double rate, TimeSpan time) => Told("hey", OfHeyLatency(),
        Child.Run(["hey", "-cpus", "1", "-c", $"{connections}", "-q", (rate / connections).ToString(CultureInfo.InvariantCulture), "-z", $"{(int)time.TotalSeconds}s", Url(port)], core: Cores.Measured));

    static string Told(string peer, Regex lines, string said) => $"{peer} told {string.Join(", ", lines.Matches(said).Select(found => found.Groups[1].Value + " % " + found.Groups[2].Value))}";

    static string Url(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/");

    static Sample Rate(Regex line, string said) => line.Match(said) is { Success: true } found
        ? new(double.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture), 1)
        : throw new InvalidOperationException($"the peer told no rate: {said}");

    [GeneratedRegex(@"^Requests/sec:\s+([\d.]+)", RegexOptions.Multiline)]
    private static partial Regex OfWrk();

    [GeneratedRegex(@"^\s+Requests/sec:\s+([\d.]+)", RegexOptions.Multiline)]
    private static partial Regex OfHey();

    [GeneratedRegex(@"^finished in [^,]+, ([\d.]+) req/s", RegexOptions.Multiline)]
    private static partial Regex OfH2Load();

    [GeneratedRegex(@"^\s+(50|99)%\s+(\S+)", RegexOptions.Multiline)]
    private static partial Regex OfLatency();

    [GeneratedRegex(@"^\s+(50|99)% in (\S+ secs)", RegexOptions.Multiline)]
    private static partial Regex OfHeyLatency();

    [GeneratedRegex(@"^Requests per second:\s+([\d.]+)", RegexOptions.Multiline)]
    private static partial Regex OfAb();
}
