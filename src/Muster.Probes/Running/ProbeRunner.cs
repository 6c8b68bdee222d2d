using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// Answers questions: one run for each ask, in the order of the asks. Bounded overall and for each target; deadlines become blind sights, and only the caller's own cancel is thrown.
/// </summary>
public sealed class ProbeRunner(RunnerOptions options) : IDisposable
{
    const int MostDetail = 1000;
    readonly FrozenDictionary<string, ProbeKind> _kinds = options.Kinds.ToFrozenDictionary(kind => kind.Kind.Name, StringComparer.Ordinal);
    readonly HttpLines _lines = new();

    /// <summary>The contract's delegate.</summary>
    public async Task<ImmutableArray<Run>> Look(ImmutableArray<Ask> asks, CancellationToken cancel)
    {
        var turns = new Turns(asks, options.JobsPerTarget);
        var runs = new Run[asks.Length];
        var progress = new Progress(options.Progress, asks.Length);
        await Task.WhenAll(Enumerable.Range(0, Math.Min(options.Jobs, asks.Length)).Select(_ => Work(asks, runs, turns, progress, cancel)));
        return ImmutableCollectionsMarshal.AsImmutableArray(runs);
    }

    /// <summary>One question, outside of any queue.</summary>
    public async Task<Run> Look(Ask ask, CancellationToken cancel) => (await Look([ask], cancel))[0];

    public void Dispose() => _lines.Dispose();

    async Task Work(ImmutableArray<Ask> asks, Run[] runs, Turns turns, Progress progress, CancellationToken cancel)
    {
        if (asks.Length > 1) await Task.Yield();
        while (turns.Take() is { } turn)
        {
            cancel.ThrowIfCancellationRequested();
            progress.Began(asks[turn.Index]);
            runs[turn.Index] = await Answer(asks[turn.Index], cancel);
            turns.Done(turn);
            progress.Answered(asks[turn.Index], runs[turn.Index]);
        }
    }

    async Task<Run> Answer(Ask ask, CancellationToken cancel)
    {
        var started = options.Clock.GetUtcNow();
        var ticks = options.Clock.GetTimestamp();
        var redactor = new Redactor();
        var sights = await Sights(ask, redactor, cancel);
        var most = options.MostKept / Math.Max(1, sights.Count);
        return new()
        {
            Question = ask.Question.Digest,
            Cells = ask.Cells,
            Environment = ask.Environment,
            Release = options.Release,
            Origin = Origin.Live,
            Started = Instant.Cut(started),
            Finished = Instant.Cut(started + options.Clock.GetElapsedTime(ticks)),
            Sights = [.. sights.Select(seen => Kept(seen.Sight, seen.Declared, redactor, most))],
            Redactions = redactor.Count,
            By = options.By,
        };
    }

    async Task<List<(Sight Sight, ImmutableArray<Field> Declared)>> Sights(Ask ask, Redactor redactor, CancellationToken cancel)
    {
        var context = new ProbeContext(options, _lines);
        var filling = new Filling(options.Secrets, redactor);
        var sights = new List<(Sight, ImmutableArray<Field>)>();
        string? blindAt = null;
        foreach (var step in ask.Question.Steps)
        {
            var known = _kinds.GetValueOrDefault(step.Kind);
            var sight = blindAt is not null && !step.Always
                ? new Sight { Blind = Blind.NotReached, Detail = $"the step \"{blindAt}\" before it saw nothing" }
                : Hindrance(ask, step, known) ?? await Looking.Look(step, known!, context, filling, ask.Settled, cancel);
            if (sight.Observation is { } seen)
            {
                filling.Saw(step.Name, seen);
                Tokens.Learn(seen, redactor);
            }
            else
            {
                blindAt ??= step.Name;
            }

            sights.Add((sight with { Step = step.Name }, known?.Kind.Fields ?? []));
        }

        return sights;
    }

    /// <summary>Why it may or can not be asked at all.</summary>
    Sight? Hindrance(Ask ask, Asked step, ProbeKind? known)
    {
        if (known is null) return new() { Blind = Blind.NotCapable, Detail = $"this build has no probe of the kind \"{step.Kind}\"" };
        if (ask.Question.Vantage is not ("here" or "")) return new() { Blind = Blind.NoVantage, Detail = $"no agent at the vantage \"{ask.Question.Vantage}\"" };
        var hazard = Hazards.Of(step, known.Kind);
        return hazard == Hazard.Passive || options.Consent(ask.Environment).Contains(hazard)
            ? null
            : new() { Blind = Blind.NoConsent, Detail = $"the environment \"{ask.Environment}\" gives no consent for {hazard.ToString().ToLowerInvariant()} checks" };
    }

    static Sight Kept(Sight sight, ImmutableArray<Field> declared, Redactor redactor, int most) => sight with
    {
        Observation = sight.Observation is { } seen ? Bounded.Fit(redactor.Clean(seen), declared, most) : null,
        Detail = redactor.Clean(sight.Detail) is { } detail ? Bounded.Start(detail, MostDetail) : null,
        Before = sight.Before is { } before ? redactor.Clean(before) : null,
        After = sight.After is { } after ? redactor.Clean(after) : null,
    };
}
