using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>What can only be told once everything is read: whether each check can run where a gate wants it, and whether controls wait for each other.</summary>
static class CrossCheck
{
    public static void Run(Draft draft, ImmutableArray<Gate> gates)
    {
        var wanted = gates.SelectMany(gate => gate.Controls.SelectMany(id => (gate.ProvedIn.IsEmpty ? [gate.Environment] : gate.ProvedIn).Select(environment => (id, environment))))
            .GroupBy(pair => pair.id).ToDictionary(group => group.Key, group => group.Select(pair => pair.environment).Distinct().Order(StringComparer.Ordinal).ToList());
        foreach (var use in draft.Uses)
        {
            List<string> environments = use.In is { } own ? [own] : wanted.GetValueOrDefault(use.Control, []);
            foreach (var environment in environments)
                if (draft.Environments.TryGetValue(environment, out var known)) In(use, known, draft);
            if (environments.Count == 0) Somewhere(use, draft);
        }

        Circles(draft);
    }

    static void In(Use use, DeploymentEnvironment environment, Draft draft)
    {
        var definition = use.Parameters["target"] is Value.Text { Is: var own } ? Definition(own, environment, draft) : null;
        // A target that is a map may make a check more hazardous than it looks.
        var hazard = draft.Kinds.Find(use.Kind)!.HazardOf(definition is null ? use.Parameters : use.Parameters.With("target", definition));
        if (hazard > Hazard.Passive && !environment.Consent.Any(consent => consent >= hazard))
            draft.Problems.Error(use.Place, use.Key, $"{use.Kind} is {hazard.ToString().ToLowerInvariant()} here, and \"{environment.Name}\" gives no consent for that.",
                $"Run it elsewhere with in:, or add consent: [ {hazard.ToString().ToLowerInvariant()} ] to the environment.");
        foreach (var name in use.Targets)
        {
            if (Definition(name, environment, draft) is not { } of) continue;
            if (of is Value.Nothing) draft.Problems.Error(use.Place, use.Key, $"The target \"{name}\" is missing in \"{environment.Name}\".", $"Add it to targets.{name}.in.");
            foreach (var value in Placeholder.Names(of)) Value(value, $"the target \"{name}\"", use, environment, draft);
        }

        foreach (var value in use.Names) Value(value, use.Kind, use, environment, draft);
    }

    static Value? Definition(string target, DeploymentEnvironment environment, Draft draft) =>
        draft.Targets.TryGetValue(target, out var named) ? named.In.GetValueOrDefault(environment.Name) ?? named.Definition : null;

    static void Value(string name, string who, Use use, DeploymentEnvironment environment, Draft draft)
    {
        if (name.Contains(':', StringComparison.Ordinal) || environment.Values[name] is not null) return;
        draft.Problems.Error(use.Place, use.Key, $"The value $({name}) of {who} is missing in \"{environment.Name}\".",
            DidYouMean.Nearest(environment.Values.Select(value => value.Key), name) is { } near ? $"Did you mean $({near})?" : $"Add it to environments.{environment.Name}.values.");
    }

    /// <summary>No gate wants it yet, so that any environment that could run it is enough.</summary>
    static void Somewhere(Use use, Draft draft)
    {
        foreach (var name in use.Names)
            if (draft.Environments.Values.All(environment => environment.Values[name] is null))
                draft.Problems.Error(use.Place, use.Key, $"Nothing fills $({name}).", DidYouMean.Among(draft.Environments.Values.SelectMany(environment => environment.Values.Select(value => value.Key)), name, "values"));
    }

    static void Circles(Draft draft)
    {
        var next = draft.Selections.GroupBy(looked => looked.Control).ToDictionary(group => group.Key, group => group.SelectMany(looked => looked.Ids).Distinct().ToImmutableArray());
        var done = new HashSet<string>();
        foreach (var looked in draft.Selections)
        {
            if (done.Contains(looked.Control)) continue;
            // Depth-first with a stack of its own: a chain of controls may be as long as the document.
            var way = new List<string>();
            var pending = new Stack<(string Id, int Depth)>([(looked.Control, 0)]);
            while (pending.TryPop(out var at))
            {
                way.RemoveRange(at.Depth, way.Count - at.Depth);
                if (way.IndexOf(at.Id) is var again and >= 0)
                {
                    draft.Problems.Error(looked.Place, looked.Key, $"The controls wait for each other: {string.Join(" → ", way[again..])} → {at.Id}.", "Let one of them look at fewer controls.");
                    break;
                }

                if (!done.Add(at.Id)) continue;
                way.Add(at.Id);
                foreach (var id in next.GetValueOrDefault(at.Id, [])) pending.Push((id, way.Count));
            }
        }
    }
}
