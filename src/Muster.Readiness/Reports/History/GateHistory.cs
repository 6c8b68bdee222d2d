using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>The verdicts of one gate over time.</summary>
public sealed record GateHistory
{
    public required string System { get; init; }
    public required string Gate { get; init; }
    public required string Environment { get; init; }

    /// <summary>When it is told.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How many verdicts there are in all.</summary>
    public required int Verdicts { get; init; }

    /// <summary>Oldest first.</summary>
    public required ImmutableArray<Stretch> Stretches { get; init; }

    /// <summary>Older stretches that are not among them.</summary>
    public required int LeftOut { get; init; }

    /// <summary>Verdicts of other ledgers that are not among them.</summary>
    public required int OfOthers { get; init; }

    /// <summary><c>GO until yesterday, NO-GO since, because …</c>; null while there is no verdict.</summary>
    public string? Headline
    {
        get
        {
            if (Stretches.IsEmpty) return null;
            var last = Stretches.Length - 1;
            var since = last;
            while (since > 0 && Stretches[since - 1].Verdict == Stretches[last].Verdict && Stretches[since - 1].First.BreakGlass == Stretches[last].First.BreakGlass) since--;
            var now = Stretches[since];
            var sentence = $"{Named(now)} since {Instants(now.First.Fact.At)}";
            if (since > 0) sentence = $"{Named(Stretches[since - 1])} until {Instants(Stretches[since - 1].Last.Fact.At)}, {sentence}";
            var because = now.Because.IsEmpty ? "" : $", because {now.Because[0]}{(now.Because.Length > 1 ? $" (and {CountWords.Number(now.Because.Length - 1)} more)" : "")}";
            return Sentence.End(sentence + because);
        }
    }

    static string Named(Stretch stretch) => VerdictWords.Of(stretch.Verdict) + (stretch.First.BreakGlass ? ", opened by break-glass," : "");

    string Instants(DateTimeOffset instant) => $"{InstantWords.Of(instant)} ({InstantWords.Beside(instant, At)})";
}
