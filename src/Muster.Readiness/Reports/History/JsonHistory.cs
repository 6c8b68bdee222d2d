namespace Muster.Readiness;

/// <summary>A gate's history as the fields of <c>muster/history/1</c>.</summary>
public static class JsonHistory
{
    public static Value.Fields Fields(GateHistory history)
    {
        var fields = Value.Of(
            ("system", history.System), ("gate", history.Gate), ("environment", history.Environment), ("at", history.At), ("verdicts", history.Verdicts),
            ("left_out", history.LeftOut), ("of_others", history.OfOthers), ("stretches", Value.List(history.Stretches.Select(Stretch))));
        return history.Headline is { } headline ? fields.With("headline", headline) : fields;
    }

    static Value Stretch(Stretch stretch) => Value.Of(
        ("verdict", stretch.Verdict.ToString()), ("standing", stretch.Standing), ("break_glass", stretch.First.BreakGlass), ("imported", stretch.First.Imported), ("count", stretch.Count),
        ("from", stretch.First.Fact.At), ("to", stretch.Last.Fact.At), ("first", stretch.First.Entry), ("last", stretch.Last.Entry),
        ("release", stretch.First.Fact.Release), ("document", stretch.First.Fact.Document), ("because", Value.Texts(stretch.Because)));
}
