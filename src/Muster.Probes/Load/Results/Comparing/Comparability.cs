using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>Whether two runs can be compared at all: the same load from the same machine on the same place, each to be believed.</summary>
static class Comparability
{
    public static IEnumerable<string> Doubts(LoadResult before, LoadResult after)
    {
        if (before.Target.Url != after.Target.Url) yield return $"They loaded two places: {before.Target.Url} before, {after.Target.Url} after.";
        if (!before.Plan.SequenceEqual(after.Plan) || before.Planned != after.Planned) yield return $"They had two plans: {Plan(before)} before, {Plan(after)} after.";
        var differs = Differences(before.Engine.Machine, after.Engine.Machine).ToList();
        if (differs.Count > 0) yield return $"They ran on two machines: {string.Join("; ", differs)}.";
        if ((before.Engine.Wire, before.Engine.Protocol, before.Engine.Threads) != (after.Engine.Wire, after.Engine.Protocol, after.Engine.Threads)) yield return $"They ran in two ways: {Way(before.Engine)} before, {Way(after.Engine)} after.";
        foreach (var (result, which) in ((LoadResult, string)[])[(before, "before"), (after, "after")])
        {
            if (IdentityWords.Changed(result.Target)) yield return $"The target of the run {which} was another one at its end.";
            foreach (var doubt in result.Doubts.Take(10)) yield return $"The run {which} proves nothing by itself: {doubt}";
        }
    }

    static string Plan(LoadResult result) => string.Join(", ", result.Plan.Take(5).Select(plan => $"{plan.Scenario} {plan.Model}"));

    static string Way(LoadEngine engine) => $"{engine.Wire}, {engine.Protocol}, {LoadWords.Count(engine.Threads, "thread")}";

    static IEnumerable<string> Differences(Value.Fields one, Value.Fields other) =>
        one.Select(field => field.Key).Union(other.Select(field => field.Key)).Where(name => !Equals(one[name], other[name]))
            .Select(name => $"{name} {one[name]?.ToString() ?? "unknown"} before, {other[name]?.ToString() ?? "unknown"} after");
}
