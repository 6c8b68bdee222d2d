namespace Muster.Readiness.Tests;

/// <summary>Two verdicts beside each other: what moved, which way, and why; and nothing of what stayed.</summary>
public sealed class DifferenceTests
{
    static readonly string[] Names = [.. ShopDecisions.All.Keys];

    public static TheoryData<string, string> Pairs => new(from before in Names from after in Names select (before, after));

    static Difference Between(string before, string after) => Difference.Between(ShopDecisions.All[before], ShopDecisions.All[after] with { At = ShopDecisions.At.AddHours(26) });

    [Theory]
    [InlineData("go", "no-go"), InlineData("no-go", "conditional-go"), InlineData("held", "go"), InlineData("no-go", "break-glass")]
    public void A_difference_reads_as_it_was_reviewed(string before, string after)
    {
        var difference = Between(before, after);
        Golden.Equal($"diff.{before}.{after}.txt", TextDifference.Render(difference, new() { Unicode = true }));
        Golden.Equal($"diff.{before}.{after}.md", MarkdownDifference.Render(difference));
        Golden.Equal($"diff.{before}.{after}.json", JsonReport.Indent(JsonDifference.Fields(difference)));
    }

    [Theory, MemberData(nameof(Pairs))]
    public void Whatever_changes_the_verdict_has_a_cause_and_what_is_the_same_has_no_move(string before, string after)
    {
        var difference = Between(before, after);

        Assert.Equal(before == after, difference.IsEmpty);
        if (ShopDecisions.All[before].Verdict != ShopDecisions.All[after].Verdict) Assert.NotEmpty(difference.Because);
        if (before == after) Assert.Empty(difference.Controls);
    }

    [Theory, MemberData(nameof(Pairs))]
    public void What_is_worse_one_way_is_better_the_other_way(string before, string after)
    {
        var there = Between(before, after).Controls.ToDictionary(move => move.Id, move => move.Direction);
        var back = Between(after, before).Controls.ToDictionary(move => move.Id, move => move.Direction);

        Assert.Equal(there.Keys.Order(), back.Keys.Order());
        Assert.All(there, one => Assert.Equal(one.Value, back[one.Key] switch { Direction.Worse => Direction.Better, Direction.Better => Direction.Worse, Direction.Came => Direction.Went, Direction.Went => Direction.Came, var other => other }));
    }

    [Fact]
    public void The_cause_names_the_control_what_was_seen_and_what_was_expected()
    {
        var met = ShopDecisions.Go();
        var certificate = met.Controls.First(control => control.Id == "edge.certificate");
        var failed = certificate with
        {
            State = State.Failed,
            Because = "…",
            Parts = [certificate.Parts[0] with { State = State.Failed, Compared = [new("lifetime_left", "at least 33%", "12%", false), new("versions", "only TLS1.3", "[\"TLS1.3\"]", true)] }],
        };
        var after = met with { Verdict = Verdict.NoGo, Controls = [failed, .. met.Controls.Where(control => control.Id != failed.Id)], Reasons = [new(6, failed.Id, "…"), new(8, "architect", "one sign-off is missing")] };

        Assert.Equal(["edge.certificate failed: lifetime_left 12%, at least 33% was expected"], Difference.Between(met, after).Because);
        Assert.Equal(["edge.certificate is met"], Difference.Between(after, met).Because);
    }

    [Fact]
    public void What_others_wrote_cannot_drive_a_terminal_or_add_markup()
    {
        var hostile = HostileDecision.Of("<script>|`\u001b[31m\u202e @ada #1\n" + new string('w', 300));
        var difference = Difference.Between(ShopDecisions.Go(), hostile);
        var text = TextDifference.Render(difference, new() { Verbose = true });
        var markdown = MarkdownDifference.Render(difference);

        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain("<script", markdown, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(text, unit => char.IsControl(unit) && unit != '\n');
    }

    [Fact]
    public void An_edited_document_is_told_part_by_part_and_never_with_its_content()
    {
        var before = Desk.With("""
            muster: 1
            system: shop
            environments: { production: {} }
            controls: { a.b: { title: One }, c.d: { title: Gone } }
            gates: { go: { environment: production } }
            """).Document();
        var after = Desk.With("""
            muster: 1
            system: shop
            environments: { production: {} }
            controls: { a.b: { title: Two }, e.f: { title: New } }
            gates: { go: { environment: production } }
            """).Document();

        var moves = DocumentMoves.Between(before, after);

        Assert.Contains(new Move("a.b", Direction.Changed, "was edited among the controls (title)"), moves);
        Assert.Contains(new Move("e.f", Direction.Came, "is new among the controls"), moves);
        Assert.Contains(new Move("c.d", Direction.Went, "was removed from the controls"), moves);
        Assert.DoesNotContain(moves, move => move.Says.Contains("Two", StringComparison.Ordinal));
    }
}
