using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>What a sign-off is over. <c>muster sign</c> signs this and nothing else.</summary>
public static class SignOffs
{
    public static Shown Over(Decision decision) => new()
    {
        Document = decision.Document,
        Release = decision.Release,
        Controls = [.. decision.Controls.Select(control => new ShownControl(
            control.Id, control.State, [.. control.Parts.Select(part => part.Evidence).OfType<Digest>().Distinct()], control.Targets))],

        // All, since one that has nothing to cover today may have tomorrow: it was there to be seen.
        Waivers = [.. decision.Waivers.Select(waiver => waiver.Entry)],
        Conditions = [.. decision.Conditions.Select(condition => condition.Id)],
    };
}

/// <summary>Line 12: which signatures count, and which roles are still to sign. One person, one role, and none by an author of the evidence.</summary>
static class SigningOff
{
    public static (ImmutableArray<SignOffShown> Shown, ImmutableArray<RoleCount> ToSign) Of(
        Case @case, ImmutableArray<ControlJudged> judged, ImmutableArray<ConditionShown> conditions)
    {
        var now = new Now(judged, [.. judged.SelectMany(one => one.FitWaivers)], [.. conditions.Select(condition => condition.Id)]);
        var signed = @case.Ledger.All<Fact.SignedOff>()
            .Where(one => one.Fact.Gate == @case.Gate.Name && one.Fact.Shown.Release == @case.Release)
            .Select(one => new Signature(one.Entry, one.Fact, @case.PersonNamed(one.Entry.Signer), WhyNot(@case, now, one.Entry, one.Fact))).ToList();
        var assigned = Seats.Fill(@case.Gate.Sign, [.. signed.Where(one => one.WhyNot is null).Select(one => (one.Person, one.Fact.Role)).Distinct()]);
        var shown = signed.Select(one => one.Shown(one.WhyNot
            ?? (assigned.TryGetValue(one.Person, out var role) && role != one.Fact.Role ? $"{one.Person} already signs as {role}" : null)));
        var toSign = @case.Gate.Sign
            .Select(needed => needed with { Count = needed.Count - assigned.Values.Count(role => role == needed.Role) })
            .Where(needed => needed.Count > 0);
        return ([.. shown], [.. toSign]);
    }

    static string? WhyNot(Case @case, Now now, Entry entry, Fact.SignedOff fact)
    {
        if (@case.IsWithdrawn(entry)) return "withdrawn";
        var signed = @case.SignerOf(entry);
        if (signed.Person is not { } person) return signed.WhyNot("the key");
        if (!person.Roles.Contains(fact.Role)) return $"{person.Name} is not {fact.Role}";
        if (@case.Gate.Sign.All(needed => needed.Role != fact.Role)) return $"nobody needs to sign as {fact.Role}";
        if (fact.At > entry.Time + Clock.Slack) return "signed by a clock that was ahead";
        if (@case.At > fact.At + @case.Gate.SignedFor) return "expired";
        if (now.Judged.FirstOrDefault(one => one.Found.Any(found => found.Parts.Any(part => part.Signers.Any(key => @case.Document.HolderOf(key)?.Name == person.Name)))) is { } own)
            return $"{person.Name} made evidence of {own.Control.Id}";
        return fact.Shown.Document != @case.Document.Digest ? "the document has changed since" : now.Worse(fact.Shown);
    }

    sealed record Signature(Entry Entry, Fact.SignedOff Fact, string Person, string? WhyNot)
    {
        public SignOffShown Shown(string? whyNot) => new(Entry.Id, Person, Fact.Role, Fact.At, whyNot is null, whyNot);
    }

    /// <summary>What would be shown to a signer now, beside what was shown to one before.</summary>
    sealed record Now(ImmutableArray<ControlJudged> Judged, ImmutableArray<Digest> Waivers, ImmutableArray<string> Conditions)
    {
        public string? Worse(Shown shown)
        {
            var before = new Dictionary<string, ShownControl>(StringComparer.Ordinal);
            foreach (var control in shown.Controls) before.TryAdd(control.Id, control);
            foreach (var one in Judged.Where(one => one.Mode != Mode.Observe))
            {
                var id = one.Control.Id;
                if (!before.TryGetValue(id, out var then)) return $"{id} was not shown";
                if (Rank(one.State) < Rank(then.State)) return $"{id} is worse than it was";
                if (then.Targets != default && one.Targets != default && one.Targets != then.Targets) return $"{id} looks at another target";
            }

            if (Waivers.Any(waiver => !shown.Waivers.Contains(waiver))) return "a waiver is new";
            return Conditions.FirstOrDefault(condition => !shown.Conditions.Contains(condition)) is { } condition ? $"the condition {condition} is new" : null;
        }

        static int Rank(State state) => state switch { State.Failed => 0, State.Met => 2, _ => 1 };
    }
}
