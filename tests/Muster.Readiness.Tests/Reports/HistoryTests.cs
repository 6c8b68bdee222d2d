namespace Muster.Readiness.Tests;

/// <summary>The same verdict in one line, each change with its cause.</summary>
public sealed class HistoryTests
{
    static readonly Dictionary<Digest, Decision> Statements = [];

    static VerdictMark Mark(string name, int hours, bool standing = false)
    {
        var decision = ShopDecisions.All[name] with { At = ShopDecisions.At.AddHours(hours), Standing = standing };
        var statement = Digest.Of(Readiness.Statements.ToBytes(decision));
        Statements[statement] = decision;
        return new(Digest.Of(BitConverter.GetBytes(hours)), Assessment.Entered(decision, statement), decision.OpenedByBreakGlass is not null, Imported: false);
    }

    static GateHistory Of(params VerdictMark[] marks) => new()
    {
        System = "shop", Gate = "go-live", Environment = "production", At = ShopDecisions.At.AddHours(100), Verdicts = marks.Length, LeftOut = 0, OfOthers = 0,
        Stretches = [.. Stretch.Of(marks).Select(stretch => stretch.Explained(mark => Statements.GetValueOrDefault(mark.Fact.Statement), _ => new()))],
    };

    [Fact]
    public void A_history_reads_as_it_was_reviewed()
    {
        var history = Of(Mark("undecided", 0), Mark("undecided", 1), Mark("held", 2), Mark("go", 3), Mark("go", 4, standing: true), Mark("go", 50, standing: true), Mark("no-go", 75, standing: true), Mark("break-glass", 76));
        Golden.Equal("history.txt", TextHistory.Render(history, new() { Unicode = true }));
        Golden.Equal("history.json", JsonReport.Indent(JsonHistory.Fields(history)));
    }

    [Fact]
    public void The_headline_says_until_when_it_was_what_and_why_it_is_not_any_more()
    {
        var history = Of(Mark("go", 3), Mark("go", 50, standing: true), Mark("no-go", 75), Mark("no-go", 76, standing: true));
        Assert.Equal("GO until 2026-03-14 11:30 UTC (2d 2h ago), NO-GO since 2026-03-15 12:30 UTC (1d 1h ago), because edge.certificate failed: lifetime_left 21%, at least 33% was expected (and 2 more).", history.Headline);
    }

    [Fact]
    public void The_question_may_go_from_opening_to_standing_without_any_cause() =>
        Assert.Empty(Of(Mark("go", 3), Mark("go", 50, standing: true)).Stretches[1].Because);

    [Fact]
    public void A_lost_statement_is_said()
    {
        var (go, lost) = (Mark("go", 3), Mark("no-go", 4));
        Statements.Remove(lost.Fact.Statement);
        Assert.Equal(["its statement is not here any more, so the cause cannot be told"], Of(go, lost).Stretches[1].Because);
    }
}
