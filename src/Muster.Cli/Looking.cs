using System.Collections.Immutable;
using System.Threading.Channels;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>What a check may do on this machine.</summary>
sealed record LookingOptions
{
    public int Jobs { get; init; } = 16;

    public bool MayRunCommands { get; init; }
}

/// <summary>
/// Due questions to a recorded verdict. Each answer is written down as it comes (several at once when they come fast), so that an interrupted check loses nothing it saw.
/// </summary>
static class Looking
{
    public static async Task<Decision> Run(Session session, Gate gate, Release release, DueOptions options, LookingOptions may, Host host, CancellationToken cancel)
    {
        var asks = Due.Of(session.Document, release.Digest, session.Folded, gate.Name, host.Now, options, ProbeKinds.Catalogue);
        var answers = Channel.CreateUnbounded<Run>(new() { SingleReader = true }); // bounded by the number of questions
        var progress = new LookingProgress(host, asks.Length);
        using var runner = new ProbeRunner(new()
        {
            Release = release.Digest,
            Consent = environment => session.Document.Environment(environment)?.Consent ?? [],
            Jobs = may.Jobs,
            MayRunCommands = may.MayRunCommands,
            Folder = session.Workspace.Folder,
            Secrets = ProcessSecrets.In(session.Workspace.Folder),
            Clock = host.Clock,
            By = $"muster {Host.Version}",
            Progress = step =>
            {
                if (step.Run is { } run) answers.Writer.TryWrite(run);
                progress.Show(step);
            },
        });
        var writing = Write(session, answers.Reader);
        try { await runner.Look(asks, cancel); }
        finally
        {
            answers.Writer.Complete();
            await writing;
            progress.End();
        }

        var decision = session.Decide(gate, release);
        session.Record(decision);
        return decision;
    }

    static async Task Write(Session session, ChannelReader<Run> answers)
    {
        const int atOnce = 64;
        var group = new List<Fact>(atOnce);
        while (await answers.WaitToReadAsync())
        {
            while (group.Count < atOnce && answers.TryRead(out var run)) group.Add(new Fact.Ran(run));
            session.Append(group);
            group.Clear();
        }
    }
}
