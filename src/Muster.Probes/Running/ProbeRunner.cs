using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
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

    /// <summary>The most answers that are given at once.</summary>
    const int Group = 64;

    /// <summary>The contract's <see cref="Readiness.Look"/>: answers as they come, in groups of those that are ready.</summary>
    public async IAsyncEnumerable<ImmutableArray<Run>> Answers(ImmutableArray<Ask> asks, [EnumeratorCancellation] CancellationToken cancel)
    {
        // Bounded by the number of questions. Reading it is not cancelled: what was seen is given before the cancel is thrown.
        var answers = Channel.CreateUnbounded<Run>(new() { SingleReader = true });
        var looking = Look(asks, run => answers.Writer.TryWrite(run), cancel).ContinueWith(
            done => { answers.Writer.Complete(); return done; }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Unwrap();
        while (await answers.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var group = ImmutableArray.CreateBuilder<Run>();
            while (group.Count < Group && answers.Reader.TryRead(out var run)) group.Add(run);
            yield return group.DrainToImmutable();
        }

        await looking;
    }

    /// <summary>One run for each ask, in their order.</summary>
    public Task<ImmutableArray<Run>> Look(ImmutableArray<Ask> asks, CancellationToken cancel) => Look(asks, static _ => { }, cancel);

    async Task<ImmutableArray<Run>> Look(ImmutableArray<Ask> asks, Action<Run> answered, CancellationToken cancel)
    {
        using var overall = new SemaphoreSlim(options.Jobs);
        var targets = new ConcurrentDictionary<string, SemaphoreSlim>(StringComparer.Ordinal);
        var progress = new Progress(options.Progress, asks.Length);
        try
        {
            return [.. await Task.WhenAll(asks.Select(ask => InTurn(ask, targets, overall, progress, answered, cancel)))];
        }
        finally
        {
            foreach (var target in targets.Values) target.Dispose();
        }
    }

    /// <summary>One question, outside of any queue.</summary>
    public async Task<Run> Look(Ask ask, CancellationToken cancel) => (await Look([ask], cancel))[0];

    public void Dispose() => _lines.Dispose();

    async Task<Run> InTurn(Ask ask, ConcurrentDictionary<string, SemaphoreSlim> targets, SemaphoreSlim overall, Progress progress, Action<Run> answered, CancellationToken cancel)
    {
        await Task.Yield();
        // The target's turn first: one slow target then holds none of the overall places while its questions queue.
        var target = targets.GetOrAdd(TargetKey.Of(ask.Question), _ => new SemaphoreSlim(options.JobsPerTarget));
        await target.WaitAsync(cancel);
        try
        {
            await overall.WaitAsync(cancel);
            try
            {
                progress.Began(ask);
                var run = await Answer(ask, cancel);
                answered(run);
                progress.Answered(ask, run);
                return run;
            }
            finally { overall.Release(); }
        }
        finally { target.Release(); }
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
        var hazard = known.Kind.HazardOf(step.Parameters);
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
