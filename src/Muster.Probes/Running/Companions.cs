using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A step that lasts, and those that are asked beside it: from when it is under way, and over before it is. What was seen any later was not seen during it.</summary>
static class Companions
{
    public static async Task<(Sight Sight, IReadOnlyDictionary<string, Sight> Beside)> Look(
        Asked step, ProbeKind kind, ImmutableArray<Asked> companions, ProbeContext context, Func<Asked, CancellationToken, Task<Sight>> look, CancellationToken cancel)
    {
        var underWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!kind.TellsUnderWay) underWay.SetResult();
        context.UnderWay = () => underWay.TrySetResult();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var lasting = Last();
        var beside = companions.Select(Beside).ToArray();
        await Task.WhenAll(beside.Append(lasting));
        context.UnderWay = static () => { };
        return (await lasting, companions.Zip(beside).ToDictionary(pair => pair.First.Name, pair => pair.Second.Result, StringComparer.Ordinal));

        async Task<Sight> Last()
        {
            try { return await look(step, cancel); }
            finally
            {
                await over.CancelAsync();
                underWay.TrySetCanceled(CancellationToken.None);
            }
        }

        async Task<Sight> Beside(Asked companion)
        {
            try
            {
                await underWay.Task;
                var seen = await look(companion, over.Token);
                return over.IsCancellationRequested ? Late() : seen;
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { return Late(); }
        }

        Sight Late()
        {
            cancel.ThrowIfCancellationRequested();
            return new() { Blind = Blind.NotReached, Detail = $"the step \"{step.Name}\" was over before this was seen, so it was not seen during it" };
        }
    }
}
