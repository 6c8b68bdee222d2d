using System.Collections.Immutable;
using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>What was measured of some requests: figures for people and tools, histograms to reckon with.</summary>
static class TallyJson
{
    const string NoAnswer = "none";

    static readonly ImmutableArray<(string Name, Func<Tally, Latencies> Of)> Phases =
    [
        ("blocked", tally => tally.Blocked), ("connecting", tally => tally.Connecting), ("handshaking", tally => tally.Handshaking),
        ("sending", tally => tally.Sending), ("waiting", tally => tally.Waiting), ("receiving", tally => tally.Receiving),
    ];

    /// <summary>The figures alone.</summary>
    public static Value.Fields Of(Tally tally, TimeSpan over) => Value.Fields.Empty.With(
        ("population", tally.Requests),
        ("errors", tally.Failed),
        ("error_rate", tally.Requests > 0 ? (double)tally.Failed / tally.Requests : null),
        ("requests_per_second", over > TimeSpan.Zero ? tally.Requests / over.TotalSeconds : null),
        ("latency_ms", Figures.Of(tally.Latency)),
        ("service_ms", Figures.Of(tally.Service)),
        ("phases_ms", new Value.Fields(Phases.Where(phase => phase.Of(tally).Count > 0).Select(phase => KeyValuePair.Create(phase.Name, (Value)Figures.Of(phase.Of(tally))!)))),
        ("failures", new Value.Fields(ResultWords.Failures.Where(failure => tally.Failures[(int)failure.Is] > 0).Select(failure => KeyValuePair.Create(failure.Word, (Value)tally.Failures[(int)failure.Is])))),
        ("statuses", new Value.Fields(Enumerable.Range(0, tally.Statuses.Length).Where(status => tally.Statuses[status] > 0)
            .Select(status => KeyValuePair.Create(status == 0 ? NoAnswer : status.ToString(CultureInfo.InvariantCulture), (Value)tally.Statuses[status])))),
        ("bytes", Value.Of(("sent", tally.BytesOut), ("received", tally.BytesIn))),
        ("checks", Value.Of(("passed", tally.ChecksPassed), ("failed", tally.ChecksFailed))));

    /// <summary>Those that hold something; those of good requests only where some are not good.</summary>
    public static Value.Fields Histograms(Tally tally)
    {
        var histograms = new List<KeyValuePair<string, Value>>();
        void Histogram(string name, Latencies seen)
        {
            if (seen.Count > 0) histograms.Add(new(name, HistogramJson.Of(seen)));
        }

        Histogram("latency", tally.Latency);
        if (tally.Failed > 0) Histogram("good", tally.Good);
        Histogram("service", tally.Service);
        foreach (var (name, of) in Phases) Histogram(name, of(tally));
        return new(histograms);
    }

    public static Tally Read(JsonAt at)
    {
        var tally = new Tally();
        var histograms = at["histograms"];
        void Histogram(string name, Latencies into)
        {
            if (histograms[name] is { IsThere: true } written) HistogramJson.Read(written, into);
            if (into.Count > tally.Latency.Count) throw histograms[name].Wrong("counts more than there are requests");
        }

        Histogram("latency", tally.Latency);
        var errors = at["errors"].Few;
        if (errors == 0) tally.Good.Add(tally.Latency);
        else Histogram("good", tally.Good);
        Histogram("service", tally.Service);
        foreach (var (name, of) in Phases) Histogram(name, of(tally));
        if (tally.Latency.Count - tally.Good.Count != errors) throw at["errors"].Wrong($"is not what its histograms say, {tally.Latency.Count - tally.Good.Count}");
        if (at["population"].Few != tally.Latency.Count) throw at["population"].Wrong($"is not what its histogram counts, {tally.Latency.Count}");
        Counts(at, tally);
        tally.Restore(at["bytes"]["sent"].Few, at["bytes"]["received"].Few, at["checks"]["passed"].Few, at["checks"]["failed"].Few);
        return tally;
    }

    static void Counts(JsonAt at, Tally tally)
    {
        long failures = 0, statuses = 0;
        foreach (var (name, count) in at["failures"].Named(ResultWords.Failures.Length))
        {
            var kind = ResultWords.Failures.FirstOrDefault(known => known.Word == name);
            if (kind.Word is null) throw count.Wrong("is no kind of failure");
            failures += tally.Failures[(int)kind.Is] = count.Few;
        }

        if (failures != tally.Latency.Count - tally.Good.Count) throw at["failures"].Wrong("do not add up to the errors");
        tally.Failures[(int)Failure.None] = tally.Good.Count;
        foreach (var (name, count) in at["statuses"].Named(tally.Statuses.Length))
        {
            var status = 0;
            if (name != NoAnswer && !(int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out status) && status > 0 && status < tally.Statuses.Length)) throw count.Wrong("is no status");
            statuses += tally.Statuses[status] = count.Few;
        }

        if (statuses != tally.Latency.Count) throw at["statuses"].Wrong("do not add up to the requests");
    }
}
