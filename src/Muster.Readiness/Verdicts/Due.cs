using System.Collections.Immutable;

namespace Muster.Readiness;

/// <param name="Again">Ask everything, fresh or not.</param>
/// <param name="OnlyFailed">Ask only what failed.</param>
public sealed record DueOptions(bool Again = false, bool OnlyFailed = false)
{
    /// <summary>Controls to ask for, by id or <c>prefix.*</c>; empty means all.</summary>
    public ImmutableArray<string> Ids { get; init; } = [];
}

/// <summary>What must be asked, or asked again: everything without a counting pass that is still fresh. One question in one environment is asked once.</summary>
public static class Due
{
    public static ImmutableArray<Ask> Of(Document document, Digest release, Folded ledger, string gate, DateTimeOffset at, DueOptions options, KindCatalogue? kinds = null)
    {
        if (document.Gate(gate) is not { } found) return [];
        var @case = new Case(document, release, ledger, found, at, kinds ?? new([]));
        var cells = new Dictionary<(Digest, string), List<PartQuestion>>();
        var order = new List<(Digest, string)>();
        foreach (var asked in Questions(@case, options))
        {
            var key = (asked.Question.Digest, asked.Environment);
            if (!cells.TryGetValue(key, out var same))
            {
                cells[key] = same = [];
                order.Add(key);
            }

            if (same.TrueForAll(other => other.Name != asked.Name)) same.Add(asked);
        }

        return [.. order.Select(key => ToAsk(@case, cells[key]))];
    }

    static IEnumerable<PartQuestion> Questions(Case @case, DueOptions options)
    {
        foreach (var control in @case.Gate.Controls.Select(@case.Document.Control).OfType<Control>())
        {
            if (!options.Ids.IsDefaultOrEmpty && !options.Ids.Any(id => SelectedStates.Selects(id, control))) continue;
            foreach (var environment in @case.Environments)
                foreach (var asked in Asks.Of(@case.Document, control, environment))
                    if (IsDue(@case, asked, options)) yield return asked;
            if (Asks.Until(@case.Document, control, @case.Gate.Environment) is { } until && IsDue(@case, until, options)) yield return until;
        }
    }

    static bool IsDue(Case @case, PartQuestion asked, DueOptions options)
    {
        if (Asks.JudgeOnly(asked.Part)) return false;
        if (options is { Again: true, OnlyFailed: false }) return true;
        var state = States.Of(@case, asked).State;
        return options.OnlyFailed ? state == State.Failed : state != State.Met;
    }

    static Ask ToAsk(Case @case, List<PartQuestion> same) => new(same[0].Question, same[0].Environment, [.. same.Select(asked => asked.Name)])
    {
        // Whoever is hardest to satisfy decides when asking may stop.
        Settled = (name, seen) => same.TrueForAll(asked => asked.Part.Steps.Where(step => step.Name == name).All(step => Holds(@case, step, seen))),
    };

    static bool Holds(Case @case, Step step, Value seen) => seen is Value.Fields fields
        && Weigh.Of(step, new Sight { Observation = fields, Population = long.MaxValue }, @case.Kinds.Find(step.Kind), WeighingContext.Empty) is Outcome.Pass;
}
