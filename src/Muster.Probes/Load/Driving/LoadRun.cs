using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>The load engine: a plan in, a result out. Read it first; everything else in this folder is a part of it.</summary>
public static class LoadRun
{
    /// <summary>Runs the plan to its end, or until it is cancelled: then what was measured is the result, and proves nothing.</summary>
    public static async Task<LoadOutcome> Run(LoadPlan plan, RunnerOptions options, LoadSurroundings around, CancellationToken cancel)
    {
        using var lines = new HttpLines();
        var context = new ProbeContext(options, lines, static _ => { }, new Ask(new Question("here", []), "load", []));
        try { return new LoadOutcome.Ran(await Run(plan, context, around, cancel)); }
        catch (Unseen unseen) { return new LoadOutcome.Never(unseen.Blind, unseen.Message); }
    }

    /// <exception cref="Unseen">Nothing was sent.</exception>
    internal static async Task<LoadResult> Run(LoadPlan plan, ProbeContext context, LoadSurroundings around, CancellationToken cancel)
    {
        var trust = await TrustAnchors.Read(plan.Wiring.Trust, context.Folder, cancel);
        var origins = await Origins.Of(plan, context, around.Consents, cancel);
        var target = origins[RequestWriter.Key(plan.Target)];
        var memory = new TargetMemory(plan, context, trust);
        // Of HTTP/2 the framework's client is the wire, which this would not exercise.
        if (plan.Wiring.HttpVersion == "1.1") await Rehearsal.Once();
        var before = await TargetIdentity.Of(plan, target, context, trust, cancel);
        var running = new Running(plan, origins, context, trust, around, memory);
        await running.Run(cancel);
        // Asked with a token of its own: an interrupted run still says who it was that it loaded.
        var after = await TargetIdentity.Of(plan, target, context, trust, CancellationToken.None);
        return running.Result(before, after);
    }
}
