using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>A ruling as the statement that is signed, shown and replayed.</summary>
static class Written
{
    public static Decision Of(Case @case, Ruling ruling, bool standing)
    {
        var (document, gate) = (@case.Document, @case.Gate);
        @case.DidNotCount("a revocation by somebody who may not revoke that key", @case.Revocations.All.Count(one => !one.Counts));
        var (signOffs, toSign) = SigningOff.Of(@case, ruling.Controls, ruling.Conditions);
        var opening = @case.LastOpening(gate.Name);
        var criteria = gate.Criteria.SelectMany(criterion => criterion.Controls, (criterion, id) => (id, criterion.Name)).ToLookup(one => one.id, one => one.Name, StringComparer.Ordinal);
        var blocking = ruling.Controls.Where(one => one.InSet && one.Mode == Mode.Block).ToList();
        return new()
        {
            System = document.System,
            Title = document.Title,
            Gate = gate.Name,
            Environment = gate.Environment,
            Release = @case.Release,
            Document = document.Digest,
            At = @case.At,
            Over = @case.Ledger.Count,
            Standing = standing,
            Verdict = ruling.Verdict,
            OpenedByBreakGlass = BreakingGlass.Of(@case, ruling.Controls),
            Reasons = ruling.Verdict == Verdict.Go ? [new(10, gate.Name, "every blocking control is met, and nothing is left open")] : ruling.Reasons,
            Controls = [.. ruling.Controls.Select(one => Shown(@case, one, criteria[one.Control.Id].FirstOrDefault()))],
            BlockingMet = blocking.Count(one => one.Met),
            Blocking = blocking.Count,
            Criteria = [.. gate.Criteria.Select(criterion => Shown(criterion, ruling.Controls))],
            Conditions = ruling.Conditions,
            Waivers = ruling.Waivers,
            SignOffs = signOffs,
            ToSign = standing ? [] : toSign,
            Rejections = ruling.Rejections,
            Softenings = standing ? [] : Accepting.Of(@case, opening),
            Changes = Changes.Since(@case, opening, ruling),
            LastOpened = opening?.Fact.At,
            NotCounted = @case.NotCounted,
        };
    }

    static ControlShown Shown(Case @case, ControlJudged one, string? criterion)
    {
        var control = one.Control;
        return new()
        {
            Id = control.Id,
            Title = control.Title,
            Section = control.Section,
            Criterion = criterion,
            Owner = control.Owner,
            Severity = control.Severity,
            Impact = control.Impact,
            Estimate = control.Estimate,
            State = one.State,
            Why = one.Worst.Why,
            Mode = one.Mode,
            Out = one.Out,
            Waived = one.Waived,
            Stale = one.Stale,
            Line = Line(one),
            Because = one.Found.Length > 1 && !one.Met ? $"{one.Worst.Environment}: {one.Worst.Because}" : one.Worst.Because,
            Fix = one.Met ? null : one.Worst.Why == Why.SentenceChanged ? Fix(one) : control.Fix ?? Fix(one),
            Parts = [.. one.Found.SelectMany(found => found.Parts).Select(part => Shown(@case, part))],
            Targets = one.Targets,
        };
    }

    static int Line(ControlJudged one) => one switch
    {
        { InSet: false } => 1,
        { Waived: true } => 4,
        { Met: false, Mode: Mode.Observe } => 5,
        { Worst.Why: Why.TooFew or Why.TargetChanged or Why.OtherRelease or Why.OtherQuestion or Why.OriginNotAccepted or Why.Undated or Why.ClockAhead } => 2,
        _ => 3,
    };

    static string Fix(ControlJudged one) => one.State switch
    {
        State.Unmeasured => "Give it a check, or a mode that does not block.",
        State.Failed => "Mend what failed, then ask again.",
        _ => one.Worst.Why switch
        {
            Why.Unreviewed => "Read the proposal, and take the mark away once it says what you mean.",
            Why.SentenceChanged => $"Read what its checklist says now, mend the check, then take the sentence in: muster import {Sentence(one)} --accept {one.Control.Id}",
            Why.Blind => "Make the target reachable from here, then ask again.",
            Why.NotSeen or Why.NotObservable => "Expect something that the kind observes; see muster kinds.",
            Why.NoReference => "Make the value that it is compared with available, then ask again.",
            Why.OriginNotAccepted => "Bring evidence of an origin that the control accepts.",
            _ => "Ask it: muster check " + one.Control.Id,
        },
    };

    static string Sentence(ControlJudged one) => one.Control.Sentence!.File;

    static PartShown Shown(Case @case, PartFound part) => new()
    {
        Name = part.Asked.Name,
        Kind = part.Asked.Part.Steps[0].Kind,
        State = part.State,
        Why = part.Why,
        Because = part.Because,
        Compared = part.Compared,
        Question = part.Asked.Question.Digest,
        Evidence = part.Evidence,
        Environment = part.Environment ?? part.Asked.Environment,
        SeenAt = part.SeenAt,
        FreshUntil = part.FreshUntil,
        Origin = part.Origin,
        By = part.By,
        Loosens = part.Asked.Part.Steps is [var only] ? only.Loosens : [.. part.Asked.Part.Steps.SelectMany(step => step.Loosens)],
        KindSeenFailing = @case.Ledger.KindSeenFailing(part.Asked.Part.Steps[0].Kind),
    };

    static CriterionShown Shown(Criterion criterion, ImmutableArray<ControlJudged> all)
    {
        var named = criterion.Controls.ToHashSet(StringComparer.Ordinal);
        var controls = all.Where(one => one.InSet && named.Contains(one.Control.Id)).ToList();
        var verdict = controls.Exists(one => one is { Blocks: true, State: State.Failed }) ? Verdict.NoGo
            : controls.Count == 0 || controls.Exists(one => one.Blocks) ? Verdict.Undecided
            : controls.Exists(one => !one.Met && one.Mode != Mode.Observe) ? Verdict.ConditionalGo
            : Verdict.Go;
        return new(criterion.Name, controls.Count(one => one.Met), controls.Count, verdict);
    }
}
