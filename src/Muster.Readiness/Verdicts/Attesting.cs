using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>The kind <c>attestation</c>: a person's signed word. It proves that somebody said so, in a role that they hold, and counts as long as it is fresh.</summary>
static class Attesting
{
    public static PartFound Of(Case @case, PartQuestion asked)
    {
        var step = asked.Part.Steps[0];
        var said = @case.Ledger.All<Fact.Attested>().Where(one => one.Fact.Question == asked.Question.Digest && one.Fact.Environment == asked.Environment).ToList();
        var counting = said.Where(one => Counts(@case, asked, one.Entry, one.Fact)).ToList();
        @case.DidNotCount("an attestation that its role, release, time or author does not bear out", said.Count - counting.Count);
        var signers = counting.Select(one => one.Entry.Signer).Distinct().ToImmutableArray();
        if (counting.Count == 0)
            return new(asked, State.Unproven, said.Count == 0 ? "nobody has attested it" : "attested, but not so that it counts") { Why = said.Count == 0 ? Why.NeverRun : Why.OriginNotAccepted };

        var (entry, fact) = counting.MaxBy(one => one.Fact.At);
        // People, not keys, since one person may have had several; and a word that is stale does not stand beside a fresh one.
        var saying = counting.Where(one => @case.At <= one.Fact.At + asked.Part.Fresh || fact.At == one.Fact.At).Select(one => @case.PersonNamed(one.Entry.Signer)).Distinct().Count();
        var seen = Value.Of(("statement", fact.Statement), ("by", @case.PersonNamed(entry.Signer)), ("role", fact.Role), ("signed", true));
        var outcome = Weigh.Of(step, new Sight { Observation = seen, Population = saying }, JudgeKinds.Attestation, new() { LeastPopulation = asked.Part.LeastPopulation ?? 1, Part = asked.Short });
        var freshUntil = fact.At + asked.Part.Fresh;
        var (state, why, says) = outcome switch
        {
            Outcome.Fail fail => (State.Failed, (Why?)null, fail.Says),
            Outcome.Unproven unproven => (State.Unproven, unproven.Why, unproven.Says),
            _ when @case.At > freshUntil => (State.Unproven, Why.Stale, $"stale: attested {Instant.Write(fact.At)}, fresh until {Instant.Write(freshUntil)}"),
            _ => (State.Met, null, $"attested by {@case.PersonNamed(entry.Signer)} as {fact.Role}"),
        };
        return new(asked, state, says)
        {
            Why = why,
            Compared = outcome.Compared,
            Evidence = entry.Id,
            Environment = asked.Environment,
            SeenAt = fact.At,
            FreshUntil = freshUntil,
            Origin = Origin.Attested,
            Targets = Value.Null,
            Signers = signers,
        };
    }

    static bool Counts(Case @case, PartQuestion asked, Entry entry, Fact.Attested fact)
    {
        var parameters = asked.Part.Steps[0].Parameters;
        return @case.SignerOf(entry).Person is { } person
            && parameters["by"] is Value.Text { Is: var role } && fact.Role == role && person.Roles.Contains(role)
            && parameters["target"] is Value.Text { Is: var statement } && fact.Statement == statement
            && (asked.Part.Binds == Binds.Environment || fact.Release == @case.Release)
            && fact.At <= entry.Time + Clock.Slack
            && !@case.IsWithdrawn(entry);
    }
}
