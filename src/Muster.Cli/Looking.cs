using System.Collections.Immutable;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>What a check may do on this machine.</summary>
sealed record LookingOptions
{
    public int Jobs { get; init; } = 16;

    public bool MayRunCommands { get; init; }

    public bool MayLeaveFolder { get; init; }

    /// <summary>One of many rounds: once the gate has opened, what is asked is whether that still holds.</summary>
    public bool Watching { get; init; }
}

/// <summary>The eyes of this machine, given to the assessment.</summary>
static class Looking
{
    public static async Task<Decision> Run(Session session, Gate gate, Release release, DueOptions options, LookingOptions may, Host host, CancellationToken cancel)
    {
        var assessment = session.Assessment(release);
        var due = assessment.Due(gate.Name, options);
        var progress = new LookingProgress(host, due.Length, options);
        var earlier = Earlier(session, due);
        var looking = new RunnerOptions
        {
            Release = release.Digest,
            Artifacts = release.Artifacts,
            Envelopes = new ForeignSignatures(session.Workspace).Read,
            Consent = environment => session.Document.Environment(environment)?.Consent ?? [],
            Jobs = may.Jobs,
            MayRunCommands = may.MayRunCommands,
            MayLeaveFolder = may.MayLeaveFolder,
            Folder = session.Workspace.Folder,
            Secrets = ProcessSecrets.In(session.Workspace.Folder),
            Clock = host.Clock,
            By = $"muster {Host.Version}",
            Earlier = (ask, step) => earlier.GetValueOrDefault((ask.Question.Digest, ask.Environment, step)),
            Progress = progress.Show,
            Telling = progress.Tell,
        };
        // Before anything is asked: a dependency that an ended exercise took away would answer nothing.
        foreach (var left in await Scratches.Clean(looking, cancel)) host.Talk.WriteLine(LeftBehindText.Of(left));
        using var runner = new ProbeRunner(looking);
        try { return Session.Given(await (may.Watching ? assessment.Watch(gate.Name, due, runner.Answers, cancel) : assessment.Check(gate.Name, due, runner.Answers, cancel))); }
        finally { progress.End(); }
    }

    /// <summary>Read before the first answer is recorded, since the ledger is added to while others still look.</summary>
    static Dictionary<(Digest Question, string Environment, string Step), Value.Fields?> Earlier(Session session, ImmutableArray<Ask> due) =>
        due.SelectMany(ask => ask.Question.Steps.Where(step => ProbeKinds.Catalogue.Find(step.Kind)?.LooksBack == true).Select(step => (ask.Question.Digest, ask.Environment, step.Name))).Distinct()
            .ToDictionary(one => one, one => session.Folded.Earlier(one.Digest, one.Environment, one.Name));
}
