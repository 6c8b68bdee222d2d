using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>Reads a result back. The file may come from anybody: every number is bounded, and what does not fit together is refused.</summary>
static class LoadResultReader
{
    const int Most = 10_000;

    public static LoadResult Read(Value root)
    {
        var at = new JsonAt(root, "");
        if (root is not Value.Fields) throw at.Wrong("is not a map");
        if (at["schema"] is var schema && schema.Text != LoadResultJson.Schema) throw schema.Wrong($"is not {LoadResultJson.Schema}");
        var (iterations, tallies) = ScenarioJson.Read(at["scenarios"]);
        var all = new Tally();
        foreach (var tally in tallies) all.Add(tally.Tally);
        Same(at["histogram"], all.Latency);
        if (at["errors"].Few != all.Failed) throw at["errors"].Wrong($"is not the sum of its scenarios, {all.Failed}");
        var result = new LoadResult
        {
            Started = at["started"].Time, Finished = at["finished"].Time, Took = at["took"].Seconds, Planned = at["planned"].Seconds, Over = at["over"].Seconds,
            Target = new(at["target"]["url"].Text, Map(at["target"]["before"]), Map(at["target"]["after"])),
            Engine = new(at["engine"]["version"].Text, at["engine"]["wire"].Text, at["engine"]["protocol"].Text, at["engine"]["threads"].Small, at["machine"].Fields),
            Plan = [.. at["plan"].Items(Most).Select(plan => (plan["scenario"].Text, plan["model"].Text))],
            Balance = Balance(at["balance"]),
            All = all, Tallies = tallies, Iterations = iterations,
            Sockets = Sockets(at["sockets"]),
            Windows = [.. at["series"].Items(SeriesJson.Most).Select(SeriesJson.Read)],
            Thresholds = [.. at["thresholds"].Items(Most).Select(JudgedJson.Threshold)],
            Steps = [.. at["steps"].Items(Most).Select(JudgedJson.Step)],
            Capacity = at["capacity"] is { IsThere: true } capacity ? JudgedJson.Capacity(capacity) : null,
            Drift = at["drift"] is { IsThere: true } drift ? JudgedJson.Drift(drift) : null,
            Self = Self(at),
            Unfit = at["generator"]["unfit"].TruthOrFalse,
            Doubts = [.. at["doubts"].Items(Most).Select(doubt => doubt.Text)],
        };
        // The state follows from the rest; a file that says another one has been changed by hand.
        return at["state"].One(ResultWords.States) == result.State ? result : throw at["state"].Wrong($"is not what its thresholds and doubts come to, {ResultWords.Of(result.State)}");
    }

    static void Same(JsonAt at, Latencies all)
    {
        var written = new Latencies();
        HistogramJson.Read(at, written);
        if ((written.Count, written.Least, written.Greatest, written.ExactSum) != (all.Count, all.Least, all.Greatest, all.ExactSum) || !written.Buckets().SequenceEqual(all.Buckets()))
            throw at.Wrong("is not the sum of its scenarios");
    }

    static Value.Fields? Map(JsonAt at) => at.IsThere ? at.Fields : null;

    static Balance Balance(JsonAt at) =>
        new(at["sent"].Few, at["answered"].Few, at["failed"].Few, at["in_flight"].Few, at["retried"].Few, at["connections"].Few);

    static SocketTally Sockets(JsonAt at)
    {
        var seen = new SocketTally();
        if (!at.IsThere) return seen;
        (seen.Sessions, seen.Sent, seen.Received) = (at["sessions"].Few, at["sent"].Few, at["received"].Few);
        HistogramJson.Read(at["histograms"]["connecting"], seen.Connecting);
        HistogramJson.Read(at["histograms"]["session"], seen.Session);
        HistogramJson.Read(at["histograms"]["round_trip"], seen.RoundTrip);
        return seen;
    }

    static SelfCheck Self(JsonAt at)
    {
        var (lateness, turns, generator) = (new Latencies(), new Latencies(), at["generator"]);
        HistogramJson.Read(at["schedule"]["histogram"], lateness);
        HistogramJson.Read(generator["histogram"], turns);
        return new()
        {
            Lateness = lateness, Turns = turns, Cpu = generator["cpu"].Seconds, GcPauses = generator["gc_pauses"].Seconds, Memory = generator["memory"].Few, ClockJump = generator["clock_jump"].SecondsEitherWay,
        };
    }
}
