using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>Something that happens by time alone.</summary>
/// <param name="At">When.</param>
/// <param name="What">Of what sort: <c>evidence</c>, <c>waiver</c>, <c>condition</c>, <c>sign-off</c>, <c>attestation</c>, <c>freeze</c>, <c>soak</c>, <c>review</c>, <c>mode</c>, <c>break-glass</c>.</param>
/// <param name="Subject">The control, the role, the gate.</param>
/// <param name="Says">What happens, in a few words.</param>
public sealed record Coming(DateTimeOffset At, string What, string Subject, string Says)
{
    /// <summary>Who has to do something about it, where somebody does.</summary>
    public string? Owner { get; init; }
}

/// <summary>The verdict from that moment on, if nothing is entered before; it is another than before it.</summary>
public sealed record TurnAhead(DateTimeOffset At, Verdict Verdict, string Because);

/// <summary>What a gate is going to be by time alone: what runs out, soonest first, and when the verdict turns.</summary>
/// <param name="Now">The verdict as it is.</param>
/// <param name="Coming">Soonest first.</param>
/// <param name="Turns">Each moment at which the verdict becomes another.</param>
/// <param name="LookedUntil">Beyond this, nothing is said of the verdict: too many moments lie before it, or it is the end of what was asked.</param>
public sealed record Outlook(Decision Now, ImmutableArray<Coming> Coming, ImmutableArray<TurnAhead> Turns, DateTimeOffset LookedUntil)
{
    /// <summary>How often each waiver's control had been waived before, by the waiver's entry.</summary>
    public ImmutableDictionary<Digest, int> Renewals { get; init; } = ImmutableDictionary<Digest, int>.Empty;
}

/// <summary>The judge is pure, so the future is asked like the past: by giving it another T over the same ledger.</summary>
public static class Upcoming
{
    /// <summary>How many moments are judged; a large document has thousands, and the first ones matter.</summary>
    public const int MostMoments = 40;

    static readonly TimeSpan JustAfter = TimeSpan.FromMilliseconds(1);

    public static Outlook? Of(Document document, Digest release, Folded ledger, string gate, DateTimeOffset at, TimeSpan within, KindCatalogue kinds)
    {
        if (Judge.Decide(document, release, ledger, gate, at, kinds) is not Judgement.Given { Decision: var now } || document.Gate(gate) is not { } found) return null;
        var end = at + within;
        var @case = new Case(document, release, ledger, found, Instant.Cut(at), kinds);
        ImmutableArray<Coming> coming =
        [
            .. Controls(document, found, now).Concat(People(@case, now)).Concat(Times(@case, now)).Distinct()
                .Where(one => one.At >= at && one.At <= end)
                .OrderBy(one => one.At).ThenBy(one => one.What, StringComparer.Ordinal).ThenBy(one => one.Subject, StringComparer.Ordinal).ThenBy(one => one.Says, StringComparer.Ordinal),
        ];
        var moments = coming.Select(one => one.At).Distinct().ToList();
        return new(now, coming, Turns(now, moments.Take(MostMoments), moment => Judge.Decide(document, release, ledger, gate, moment, kinds)), moments.Count > MostMoments ? moments[MostMoments - 1] : end)
        {
            Renewals = ledger.All<Fact.Waived>().ToImmutableDictionary(one => one.Entry.Id, one => Waiving.Renewals(@case, one.Entry, one.Fact.Waiver)),
        };
    }

    static ImmutableArray<TurnAhead> Turns(Decision now, IEnumerable<DateTimeOffset> moments, Func<DateTimeOffset, Judgement> judge)
    {
        var turns = ImmutableArray.CreateBuilder<TurnAhead>();
        var verdict = now.Verdict;
        foreach (var moment in moments)
        {
            if (judge(moment + JustAfter) is not Judgement.Given { Decision: var then } || then.Verdict == verdict) continue;
            verdict = then.Verdict;
            turns.Add(new(moment, verdict, then.Reasons is [var first, ..] ? $"{first.Subject}: {first.Says}" : ""));
        }

        return turns.ToImmutable();
    }

    static IEnumerable<Coming> Controls(Document document, Gate gate, Decision now)
    {
        foreach (var shown in now.Controls)
        {
            foreach (var part in shown.Parts)
                if (part is { State: State.Met, FreshUntil: { } until })
                    yield return part.Kind == JudgeKinds.Drill.Name
                        ? new(until, "drill", part.Name, "the drill is overdue") { Owner = shown.Owner }
                        : new(until, part.Origin == Origin.Attested ? "attestation" : "evidence", part.Name, $"the {(part.Origin == Origin.Attested ? "attestation" : "pass")} is stale") { Owner = shown.Owner };
            if (document.Control(shown.Id) is not { } control) continue;
            foreach (var dated in control.Modes)
                if (dated.From is { } from) yield return new(from, "mode", shown.Id, $"the mode becomes {dated.Mode.ToString().ToLowerInvariant()}") { Owner = shown.Owner };
            if (control.NotApplicable is { } not) yield return new(not.Review, "review", shown.Id, "not applicable until then; it is asked for again") { Owner = not.ApprovedBy };
            if (control.Deferred is { } deferred) yield return new(deferred.Review, "review", shown.Id, "deferred until then; it is asked for again") { Owner = deferred.ApprovedBy };
        }

        foreach (var freeze in gate.Freezes)
        {
            yield return new(freeze.From, "freeze", gate.Name, $"a freeze begins: {freeze.Because}");
            yield return new(freeze.To, "freeze", gate.Name, $"the freeze ends: {freeze.Because}");
        }
    }

    static IEnumerable<Coming> People(Case @case, Decision now)
    {
        foreach (var waiver in now.Waivers)
            if (waiver.WhyNot is null or not ("withdrawn" or "expired")) yield return new(waiver.Expires, "waiver", waiver.Control, $"the waiver by {waiver.Approver} ends{(waiver.Counts ? "" : $"; it does not count now: {waiver.WhyNot}")}") { Owner = waiver.Owner };
        foreach (var condition in now.Conditions)
            yield return new(condition.Due, "condition", condition.Id, $"the condition is due: {condition.Says}") { Owner = condition.Owner };
        foreach (var signed in now.SignOffs)
            if (signed.Counts) yield return new(signed.At + @case.Gate.SignedFor, "sign-off", signed.Role, $"{signed.Person}'s sign-off is too old") { Owner = signed.Person };
        if (now.OpenedByBreakGlass is { } broken) yield return new(broken.Expires, "break-glass", @case.Gate.Name, $"the glass that {string.Join(" and ", broken.People)} broke is whole again");
    }

    static IEnumerable<Coming> Times(Case @case, Decision now)
    {
        if (@case.Gate is { Soak: { } soak, After: { } after } && @case.Document.Gate(after) is { } before && Soaking.Since(@case, before) is { } since)
            yield return new(since + soak, "soak", after, "the soak ends");
        // The gate before is judged by the same ledger, so what runs out there can turn this one, too.
        if (@case.Gate.After is { } name && @case.Document.Gate(name) is not null && Judge.Decide(@case.Document, @case.Release, @case.Ledger, name, now.At, @case.Kinds) is Judgement.Given { Decision: var earlier })
            foreach (var condition in earlier.Conditions) yield return new(condition.Due, "condition", $"{name}/{condition.Id}", $"the condition is due: {condition.Says}") { Owner = condition.Owner };
    }
}
