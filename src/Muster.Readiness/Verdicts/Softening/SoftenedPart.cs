namespace Muster.Readiness;

/// <summary>What one check asks of its evidence.</summary>
static class SoftenedPart
{
    public static IEnumerable<string> Between(Part was, Part now)
    {
        if (now.Fresh > was.Fresh) yield return $"fresh was {SoftenedGate.Shown(was.Fresh)} and is {SoftenedGate.Shown(now.Fresh)}";
        if (was.Binds == Binds.Release && now.Binds == Binds.Environment) yield return "it was bound to the release and is bound to the environment";
        foreach (var origin in now.Accepts.Except(was.Accepts)) yield return $"it now accepts {Shown(origin)} evidence";
        if ((now.LeastPopulation ?? 0) < (was.LeastPopulation ?? 0)) yield return $"the least population was {was.LeastPopulation} and is {now.LeastPopulation?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "the kind's own"}";
        foreach (var step in was.Steps)
        {
            if (now.Steps.FirstOrDefault(other => other.Name == step.Name) is not { } still)
            {
                yield return $"the step {step.Name} was removed";
                continue;
            }

            if (still.LeastPopulation < step.LeastPopulation) yield return $"the kind's least population was {step.LeastPopulation} and is {still.LeastPopulation}";
            foreach (var says in Between(step, still)) yield return says;
        }
    }

    static IEnumerable<string> Between(Step was, Step now)
    {
        foreach (var group in was.Expect.Fields.GroupBy(field => field.Path))
        {
            var still = now.Expect.Fields.Where(field => field.Path == group.Key).Select(field => field.Matcher).ToList();
            foreach (var field in group)
            {
                if (still.Exists(matcher => Strictness.Implies(matcher, field.Matcher))) continue;
                yield return still.Count == 0
                    ? $"{field.Path} was expected to be {Words.Of(field.Matcher)} and is no longer looked at"
                    : $"{field.Path} was expected to be {Words.Of(field.Matcher)} and is expected to be {string.Join(", ", still.Select(Words.Of))}";
            }
        }
    }

    static string Shown(Origin origin) => origin switch
    {
        Origin.Live => "live",
        Origin.Imported => "imported",
        Origin.Attested => "attested",
        Origin.DryRun => "dry-run",
        _ => "simulated",
    };
}
