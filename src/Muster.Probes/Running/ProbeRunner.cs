using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// Answers questions: one run for each ask, in the order of the asks. Bounded overall and for each target; deadlines become blind sights, and only the caller's own cancel is thrown.
/// </summary>
public sealed class ProbeRunner(RunnerOptions options) : IDisposable
{
    const int MostDetail = 1000;

    /// <summary>The most answers that are given at once.</summary>
    const int Group = 64;

    readonly FrozenDictionary<string, ProbeKind> _kinds = options.Kinds.ToFrozenDictionary(kind => kind.Kind.Name, StringComparer.Ordinal);
    readonly HttpLines _lines = new();

    /// <summary>The contract's <see cref="Readiness.Look"/>: answers as they come, in groups of those that are ready.</summary>
    public async IAsyncEnumerable<ImmutableArray<Run>> Answers(ImmutableArray<Ask> asks, [EnumeratorCancellation] CancellationToken cancel)
    {
        // Bounded by the number of questions. Reading it is not cancelled: what was seen is given before the cancel is thrown.
        var answers = Channel.CreateUnbounded<Run>(new() { SingleReader = true });
        var looking = Complete();
        while (await answers.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var group = ImmutableArray.CreateBuilder<Run>();
            while (group.Count < Group && answers.Reader.TryRead(out var run)) group.Add(run);
            yield return group.DrainToImmutable();
        }

        await looking;

        async Task Complete()
        {
            try { await Look(asks, run => answers.Writer.TryWrite(run), cancel); }
            finally { answers.Writer.Complete(); }
        }
    }

    /// <summary>One run for each ask, in their order.</summary>
    public Task<ImmutableArray<Run>> Look(ImmutableArray<Ask> asks, CancellationToken cancel) => Look(asks, static _ => { }, cancel);

    async Task<ImmutableArray<Run>> Look(ImmutableArray<Ask> asks, Action<Run> answered, CancellationToken cancel)
    {
        var runs = new Run[asks.Length];
        var progress = new Progress(options.Progress, asks.Length);
        // What takes something away comes last, and one at a time: whoever looked at it meanwhile would see the exercise.
        var rounds = Enumerable.Range(0, asks.Length).ToLookup(i => asks[i].Question.Steps.Any(Destroys));
        await Round([.. rounds[false]], options.Jobs);
        await Round([.. rounds[true]], 1);
        return ImmutableCollectionsMarshal.AsImmutableArray(runs);

        async Task Round(ImmutableArray<int> chosen, int jobs)
        {
            var turns = new Turns(asks, chosen, options.JobsPerTarget);
            await Task.WhenAll(Enumerable.Range(0, Math.Min(jobs, chosen.Length)).Select(_ => Work(asks, runs, turns, progress, answered, cancel)));
        }
    }

    bool Destroys(Asked step) => _kinds.TryGetValue(step.Kind, out var known) && known.Kind.HazardOf(step.Parameters) == Hazard.Destructive;

    /// <summary>One question, outside of any queue.</summary>
    public async Task<Run> Look(Ask ask, CancellationToken cancel) => (await Look([ask], cancel))[0];

    public void Dispose() => _lines.Dispose();

    async Task Work(ImmutableArray<Ask> asks, Run[] runs, Turns turns, Progress progress, Action<Run> answered, CancellationToken cancel)
    {
        if (asks.Length > 1) await Task.Yield();
        while (turns.Take() is { } turn)
        {
            cancel.ThrowIfCancellationRequested();
            progress.Began(asks[turn.Index]);
            runs[turn.Index] = await Answer(asks[turn.Index], cancel);
            turns.Done(turn);
            answered(runs[turn.Index]);
            progress.Answered(asks[turn.Index], runs[turn.Index]);
        }
    }

    async Task<Run> Answer(Ask ask, CancellationToken cancel)
    {
        var started = options.Clock.GetUtcNow();
        var ticks = options.Clock.GetTimestamp();
        var redactor = new Redactor();
        var sights = await Sights(ask, redactor, cancel);
        var reported = Reported.Of(sights.Where(seen => seen.ReadsReport).Select(seen => seen.Sight));
        var most = options.MostKept / Math.Max(1, sights.Count);
        return new()
        {
            Question = ask.Question.Digest,
            Cells = ask.Cells,
            Environment = ask.Environment,
            Release = options.Release,
            Origin = reported?.Origin ?? Origin.Live,
            Started = Instant.Cut(reported?.Made ?? started),
            Undated = reported is { Made: null },
            Finished = Instant.Cut(started + options.Clock.GetElapsedTime(ticks)),
            Sights = [.. sights.Select(seen => Kept(seen.Sight, seen.Declared, redactor, most))],
            Redactions = redactor.Count,
            By = options.By,
        };
    }

    async Task<List<(Sight Sight, ImmutableArray<Field> Declared, bool ReadsReport)>> Sights(Ask ask, Redactor redactor, CancellationToken cancel)
    {
        var vantage = Standing.Of(ask.Question.Vantage, options.Guard);
        var context = new ProbeContext(options with { Guard = vantage.Guard }, _lines, redactor.Add, ask, vantage.Elsewhere) { CarriesSecret = redactor.Finds };
        var filling = new Filling(options.Secrets, redactor);
        var sights = new List<(Sight, ImmutableArray<Field>, bool)>();
        var beside = new Dictionary<string, Sight>(StringComparer.Ordinal);
        string? blindAt = null;
        foreach (var step in ask.Question.Steps)
        {
            var known = _kinds.GetValueOrDefault(step.Kind);
            var connections = context.Connections;
            var sight = beside.Remove(step.Name, out var earlier) ? earlier
                : blindAt is not null && !step.Always ? new Sight { Blind = Blind.NotReached, Detail = $"the step \"{blindAt}\" before it saw nothing" }
                : Hindrance(ask, step, known, vantage) ?? vantage.Counts(await Lasting(step), step.Kind, context.Connections - connections);
            if (sight.Observation is { } seen)
            {
                filling.Saw(step.Name, seen);
                Tokens.Learn(seen, redactor);
            }
            else
            {
                blindAt ??= step.Name;
            }

            sights.Add((sight with { Step = step.Name }, known?.Kind.Fields ?? [], known?.Kind.ReadsReport == true));
        }

        return sights;

        async Task<Sight> Lasting(Asked step)
        {
            var known = _kinds[step.Kind];
            ImmutableArray<Asked> companions = [.. ask.Question.Steps.Where(other => other.During == step.Name)];
            if (companions.IsEmpty) return await Looking.Look(step, known, context, filling, ask.Settled, cancel);
            var (sight, seen) = await Companions.Look(step, known, companions, context,
                async (one, until) => Hindrance(ask, one, _kinds.GetValueOrDefault(one.Kind), vantage) ?? await Looking.Look(one, _kinds[one.Kind], context, filling, ask.Settled, until, hasTurn: known.Kind.Alone), cancel);
            foreach (var (name, saw) in seen) beside[name] = saw;
            return sight;
        }
    }

    /// <summary>Why it may or can not be asked at all.</summary>
    Sight? Hindrance(Ask ask, Asked step, ProbeKind? known, Standing vantage)
    {
        if (known is null) return new() { Blind = Blind.NotCapable, Detail = $"this build has no probe of the kind \"{step.Kind}\"" };
        if (vantage.WhyNot(known.Kind) is { } nobody) return Faults.Sight(nobody);
        var hazard = known.Kind.HazardOf(step.Parameters);
        return hazard == Hazard.Passive || options.Consent(ask.Environment).Any(consent => consent >= hazard)
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
