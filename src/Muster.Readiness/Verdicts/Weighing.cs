using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>One run of a check beside all that the check expects: every step must hold, and one that fails is a fail.</summary>
sealed class Weighing(Case @case, PartQuestion asked, Counted counted)
{
    readonly Referring _referring = new(@case, asked, counted);

    public PartQuestion Asked => asked;
    public Counted Counted => counted;

    public bool? Holds(Seen run)
    {
        bool? holds = true;
        foreach (var step in asked.Part.Steps)
        {
            var one = run.Sight(step.Name) is { } sight ? Weigh.Holds(step, sight, @case.Kinds.Find(step.Kind), _referring.For(step, run)) : null;
            if (one == false) return false;
            if (one is null) holds = null;
        }

        return holds;
    }

    public (ImmutableArray<Compared> Compared, Why? Why, string Says) InWords(Seen run)
    {
        var compared = ImmutableArray.CreateBuilder<Compared>();
        string? fails = null;
        (Why Why, string Says)? open = null;
        foreach (var step in asked.Part.Steps)
        {
            var outcome = Weigh.Of(step, run.Sight(step.Name) ?? new Sight { Step = step.Name, Blind = Blind.NotReached }, @case.Kinds.Find(step.Kind), _referring.For(step, run));
            compared.AddRange(outcome.Compared);
            var named = step.Name.Length == 0 ? "" : step.Name + ": ";
            if (outcome is Outcome.Fail fail) fails ??= fail.Says;
            if (outcome is Outcome.Unproven unproven) open ??= (unproven.Why, named + unproven.Says);
        }

        return (compared.ToImmutable(), fails is null ? open?.Why : null, fails ?? open?.Says ?? "all that is expected was seen");
    }
}
