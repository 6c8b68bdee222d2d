using System.Collections.Frozen;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>One step: its deadline, its repetition under <c>within</c>, and the turning of every fault into a value.</summary>
static class Looking
{
    const int MostAttempts = 200;
    // Of the whole process, since it is one machine that they would share.
    static readonly SemaphoreSlim Turn = new(1, 1);
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestUndoing = TimeSpan.FromSeconds(15);

    /// <param name="hasTurn">It is asked during a look that has the turn of those that are alone, and would wait for it for ever.</param>
    public static async Task<Sight> Look(Asked step, ProbeKind kind, ProbeContext context, Filling filling, Func<string, Value, bool> settled, CancellationToken cancel, bool hasTurn = false)
    {
        Asked filled;
        try { filled = filling.Fill(step, kind.Kind.Parameters.Where(parameter => parameter.NamesTarget).Select(parameter => parameter.Name).ToFrozenSet(StringComparer.Ordinal)); }
        catch (Exception unfilled) { return Faults.Sight(unfilled); }

        var began = context.Clock.GetTimestamp();
        var pause = FirstPause;
        Value? before = null;
        for (var attempts = 1; ; attempts++)
        {
            var sight = await Once(filled, kind, context, hasTurn, cancel);
            before ??= sight.Before;
            sight = sight with { Attempts = attempts, Before = sight.Observation is null ? sight.Before : before };
            if (step.Within is not { } within || attempts == MostAttempts) return sight;
            if (Settled(step, sight, settled) is { } last) return last;
            if (context.Clock.GetElapsedTime(began) + pause >= within) return sight;
            await Task.Delay(pause, context.Clock, cancel);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>A look within another, which has filled what is asked and has the turn: once, and every fault a value.</summary>
    public static Task<Sight> Within(Asked filled, ProbeKind kind, ProbeContext context, CancellationToken cancel) => Once(filled, kind, context, hasTurn: true, cancel);

    /// <summary>The sight to end with, or null to go on. Whoever was asked whether it is settled may break too, and that must not take other questions down.</summary>
    static Sight? Settled(Asked step, Sight sight, Func<string, Value, bool> settled)
    {
        try { return sight.Observation is { } seen && settled(step.Name, seen) ? sight : null; }
        catch (Exception error) { return Faults.Sight(error) with { Attempts = sight.Attempts }; }
    }

    static async Task<Sight> Once(Asked filled, ProbeKind kind, ProbeContext context, bool hasTurn, CancellationToken cancel)
    {
        (TimeSpan Patience, Func<CancellationToken, Task<Sight>> Look) prepared;
        try { prepared = kind.Prepare?.Invoke(filled, context) ?? (kind.Kind.Deadline, until => kind.Look(filled, context, until)); }
        catch (Exception unread) { return Faults.Sight(unread); }

        var limit = filled.Deadline ?? prepared.Patience;
        if (!kind.Kind.Alone || hasTurn) return await Once(filled, kind, prepared.Look, context, limit, cancel);
        await Turn.WaitAsync(cancel);
        try { return await Once(filled, kind, prepared.Look, context, limit, cancel); }
        finally { Turn.Release(); }
    }

    static async Task<Sight> Once(Asked filled, ProbeKind kind, Func<CancellationToken, Task<Sight>> once, ProbeContext context, TimeSpan limit, CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(limit, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        Task<Sight>? look = null;
        try
        {
            look = once(either.Token);
            // WaitAsync: a probe that does not listen must not hold its question open.
            return await look.WaitAsync(either.Token);
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancel);
        }
        catch (Exception error) when (deadline.IsCancellationRequested && error is not Unseen)
        {
            return new() { Blind = Blind.Deadline, Detail = $"no answer within {limit.TotalSeconds:0.###} s" };
        }
        catch (Exception error)
        {
            return Faults.Sight(error);
        }
        finally
        {
            // One that did something undoes it when it is ended: were it not awaited, this process could be gone before the fault that it switched on.
            if (look is { IsCompleted: false } && kind.Kind.HazardOf(filled.Parameters) != Hazard.Passive) await Task.WhenAny(look, Task.Delay(LongestUndoing, context.Clock, CancellationToken.None));
        }
    }
}
