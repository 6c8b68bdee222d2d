namespace Muster.Readiness;

/// <summary>The least unbroken time since the gate before opened for this release.</summary>
static class Soaking
{
    /// <summary>When the unbroken time began; null while there is none.</summary>
    public static DateTimeOffset? Since(Case @case, Gate before)
    {
        var there = @case.Of(before);
        DateTimeOffset? since = null;
        var broken = LastFail(there);
        foreach (var (entry, decided) in there.Decided(before.Name).Where(one => one.Fact.Release == @case.Release))
        {
            if (decided.Verdict is Verdict.NoGo or Verdict.Undecided) since = null;
            else if (there.Opens((entry, decided)) && !(decided.At <= broken)) since ??= decided.At;
        }

        return since;
    }

    /// <summary>The newest start of a run in which a blocking control of that gate failed, whether or not a verdict was given then.</summary>
    static DateTimeOffset? LastFail(Case there) => there.Gate.Controls
        .Select(there.Document.Control).OfType<Control>().Where(control => control.ModeAt(there.At) == Mode.Block)
        .SelectMany(control => there.Environments.SelectMany(environment => Asks.Of(there.Document, control, environment)))
        .Where(asked => !Asks.JudgeOnly(asked.Part))
        .Select(asked => LastFail(there, asked)).Max();

    static DateTimeOffset? LastFail(Case there, PartQuestion asked)
    {
        var counted = Counting.Quietly(there, asked);
        var weighing = new Weighing(there, asked, counted);
        foreach (var (run, _) in counted.NewestFirst())
            if (weighing.Holds(run) == false) return run.Started;
        return null;
    }
}
