using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>Scenarios with their iterations and requests.</summary>
static class ScenarioJson
{
    const int MostScenarios = 1_000;
    const int MostRequests = 10_000;
    const int MostTags = 100;

    public static IEnumerable<Value> Of(LoadResult result)
    {
        foreach (var name in result.Iterations.Select(seen => seen.Scenario).Concat(result.Tallies.Select(seen => seen.Scenario)).Distinct(StringComparer.Ordinal))
        {
            var requests = result.Tallies.Where(seen => seen.Scenario == name).ToList();
            var all = new Tally();
            foreach (var request in requests) all.Add(request.Tally);
            yield return TallyJson.Of(all, result.Over).With(
                ("scenario", name),
                ("iterations", result.Iterations.FirstOrDefault(seen => seen.Scenario == name) is { } iterations ? Of(iterations) : null),
                ("requests", Value.List(requests.Select(request => (Value)TallyJson.Of(request.Tally, result.Over).With(
                    ("name", request.Request), ("tags", Tags(request.Tags)), ("histograms", TallyJson.Histograms(request.Tally)))))));
        }
    }

    public static (ImmutableArray<Iterations>, ImmutableArray<TaggedTally>) Read(JsonAt at)
    {
        var (iterations, tallies, names) = (ImmutableArray.CreateBuilder<Iterations>(), ImmutableArray.CreateBuilder<TaggedTally>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var scenario in at.Items(MostScenarios))
        {
            var name = scenario["scenario"].Text;
            if (!names.Add(name)) throw scenario["scenario"].Wrong("stands twice");
            if (scenario["iterations"] is { IsThere: true } seen) iterations.Add(Iterations(name, seen));
            foreach (var request in scenario["requests"].Items(MostRequests)) tallies.Add(new(name, request["name"].Text, Tags(request["tags"]), TallyJson.Read(request)));
        }

        return (iterations.ToImmutable(), tallies.ToImmutable());
    }

    public static Value.Fields Tags(ImmutableSortedDictionary<string, string> tags) => new(tags.Select(tag => KeyValuePair.Create(tag.Key, (Value)tag.Value)));

    public static ImmutableSortedDictionary<string, string> Tags(JsonAt at) => at.IsThere
        ? at.Named(MostTags).ToImmutableSortedDictionary(tag => tag.Name, tag => tag.At.Text, StringComparer.Ordinal)
        : ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    static Value.Fields Of(Iterations seen) => Value.Of(
        ("begun", seen.Begun), ("done", seen.Done), ("dropped", seen.Dropped), ("queued", seen.Queued), ("users", seen.Users), ("most_users", seen.MostUsers), ("histogram", HistogramJson.Of(seen.Duration)))
        .With(("duration_ms", Figures.Of(seen.Duration)));

    static Iterations Iterations(string scenario, JsonAt at)
    {
        var seen = new Iterations
        {
            Scenario = scenario, Begun = at["begun"].Few, Done = at["done"].Few, Dropped = at["dropped"].Few, Queued = at["queued"].Few,
            Users = at["users"].Small, MostUsers = at["most_users"].Small,
        };
        HistogramJson.Read(at["histogram"], seen.Duration);
        return seen;
    }
}
