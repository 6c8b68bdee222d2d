using System.Collections.Immutable;

namespace Muster.Probes.Load;

/// <summary>The tags that a plan's requests carry, each with the values that it takes: what thresholds can select by.</summary>
public sealed record ThresholdTags(ImmutableSortedDictionary<string, ImmutableSortedSet<string>> Values)
{
    public static readonly ThresholdTags None = new(ImmutableSortedDictionary<string, ImmutableSortedSet<string>>.Empty);

    public const string ExpectedResponse = "expected_response";

    public static ThresholdTags Of(IEnumerable<Scenario> scenarios)
    {
        var values = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        void Add(string tag, string value)
        {
            if (!values.TryGetValue(tag, out var known)) values[tag] = known = new(StringComparer.Ordinal);
            known.Add(value);
        }

        Add(ExpectedResponse, "true");
        foreach (var scenario in scenarios)
        {
            Add("scenario", scenario.Name);
            foreach (var (tag, value) in scenario.Tags) Add(tag, value);
            foreach (var request in scenario.Requests)
            {
                Add("name", request.Name);
                Add("method", request.Method);
                foreach (var (tag, value) in request.Tags) Add(tag, value);
            }
        }

        return new(values.ToImmutableSortedDictionary(tag => tag.Key, tag => tag.Value.ToImmutableSortedSet(StringComparer.Ordinal), StringComparer.Ordinal));
    }
}
