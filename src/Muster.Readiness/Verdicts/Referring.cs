namespace Muster.Readiness;

/// <summary>
/// What <c>$(…)</c> in an expectation stands for: a step of the same run, a sibling part of the same cell as it was last seen,
/// the newest earlier run of the same question, or the release. A missing side is null, and then nothing is proven.
/// </summary>
sealed class Referring(Case @case, PartQuestion asked, Counted counted)
{
    public WeighingContext For(Step step, Seen run) => new()
    {
        LeastPopulation = asked.Part.LeastPopulation ?? 0,
        Part = asked.Short,
        Refer = name => Value(name, step, run),
    };

    Value? Value(string name, Step step, Seen run)
    {
        if (After(name, "previous") is { } ofPrevious) return Previous(step, run) is { } earlier ? Dig(earlier, ofPrevious) : null;
        if (After(name, "release") is { } ofRelease) return Release(ofRelease);
        foreach (var sibling in run.Sights.OrderByDescending(sight => sight.Step.Length))
            if (After(name, sibling.Step) is { } field) return sibling.Observation is { } seen ? Dig(seen, field) : null;
        foreach (var part in asked.Cell.Parts.OrderByDescending(part => part.Name.Length))
            if (part.Name != asked.Part.Name && After(name, part.Name) is { } field) return Sibling(part, field);
        return null;
    }

    static string? After(string name, string word) => name.StartsWith(word + ".", StringComparison.Ordinal) ? name[(word.Length + 1)..] : null;

    Value.Fields? Previous(Step step, Seen run) => counted.NewestFirst()
        .Where(earlier => earlier.Run.Started < run.Started)
        .Select(earlier => earlier.Run.Sight(step.Name)?.Observation)
        .FirstOrDefault(seen => seen is not null);

    Value? Release(string field) =>
        field == "digest" ? (Value)@case.Release
        : @case.Document.Release?.Artifacts is { } artifacts && artifacts.TryGetValue(field, out var digest) ? (Value)digest
        : null;

    Value? Sibling(Part part, string field)
    {
        var there = Asks.Of(@case.Document, asked.Control, asked.Environment).FirstOrDefault(other => ReferenceEquals(other.Part, part));
        if (there is null) return null;
        foreach (var (run, _) in Counting.Quietly(@case, there).NewestFirst())
        {
            foreach (var sight in run.Sights)
            {
                if (sight.Observation is not { } seen) continue;
                if (sight.Step.Length == 0) return Dig(seen, field);
                if (After(field, sight.Step) is { } inner) return Dig(seen, inner);
            }
        }

        return null;
    }

    /// <summary>A field, fields within fields by dots, or a JSON Pointer. Names may have dots of their own: the longest that is there is taken.</summary>
    static Value? Dig(Value from, string path)
    {
        if (path.StartsWith('/')) return JsonPointer.Find(from, path);
        if (from is not Value.Fields fields) return null;
        if (fields[path] is { } whole) return whole;
        for (var dot = path.LastIndexOf('.'); dot > 0; dot = path.LastIndexOf('.', dot - 1))
            if (fields[path[..dot]] is { } inner) return Dig(inner, path[(dot + 1)..]);
        return null;
    }
}
