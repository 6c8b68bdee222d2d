using System.Collections.Immutable;
using Muster.Probes.Load;

namespace Muster.Probes.Tests.Load;

/// <summary>Measurements made by hand.</summary>
static class Loads
{
    public const long Ms = 1_000_000;

    public static Tally Tally(params IEnumerable<(long Latency, bool Failed)> requests)
    {
        var tally = new Tally();
        long at = 0;
        foreach (var (latency, failed) in requests)
        {
            at += Ms;
            tally.Add(new Probes.Load.Sample
            {
                Intended = at, Sent = at + 20_000, FirstByte = Math.Max(at + 20_000, at + latency - 10_000), Done = Math.Max(at + latency, at + 20_000), Sending = 5_000,
                Status = failed ? 503 : 200, Failure = failed ? Failure.Status : Failure.None, BytesOut = 100, BytesIn = 1_000,
            });
        }

        return tally;
    }

    public static TaggedTally Tagged(string scenario, string name, Tally tally, params (string Tag, string Value)[] tags) => new(scenario, name,
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
            [.. tags.Select(tag => KeyValuePair.Create(tag.Tag, tag.Value)), new("scenario", scenario), new("name", name), new("method", "GET")]), tally);

    /// <summary>So many requests, each share of them as slow as it says; the rest 20 ms.</summary>
    public static Tally Slow(int count, params (double Share, long Milliseconds)[] slow)
    {
        var latencies = new List<(long, bool)>();
        foreach (var (share, milliseconds) in slow) latencies.AddRange(Enumerable.Repeat((milliseconds * Ms, false), (int)Math.Round(share * count)));
        latencies.AddRange(Enumerable.Repeat((20 * Ms, false), count - latencies.Count));
        return Tally(latencies);
    }

    public static Tally Failing(int count, int failed) => Tally(Enumerable.Range(0, count).Select(i => (20 * Ms, i < failed)));

    public static Measured Measured(params TaggedTally[] tallies) => new([.. tallies],
        [.. tallies.GroupBy(tally => tally.Scenario).Select(of => { var n = of.Sum(tally => tally.Tally.Requests); return new Iterations { Scenario = of.Key, Begun = n, Done = n, Users = 3, MostUsers = 8 }; })],
        TimeSpan.FromSeconds(30));

    public static Measured Measured(Tally tally) => Measured(Tagged("default", "get", tally));
}
