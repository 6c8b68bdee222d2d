using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Muster.Readiness.Tests.Verdicts;

namespace Muster.Readiness.Tests.Properties;

/// <summary>The properties of the rule, over documents and ledgers drawn at random. A failure prints its seed, and the drawing that shows it.</summary>
public class VerdictProperties
{
    const int Usual = 500;

    // A mutation run asks these thousands of times, and says that fewer drawings will do.
    static readonly int Cases = int.TryParse(Environment.GetEnvironmentVariable("MUSTER_PROPERTY_CASES"), NumberStyles.None, CultureInfo.InvariantCulture, out var fewer) ? fewer : Usual;

    [Fact]
    public void P1_adding_a_run_that_is_not_a_pass_never_moves_the_verdict_up() => Holds((story, dice) =>
    {
        var (end, before) = (End(story), story.Decide(End(story)));
        var (cell, hour, environment) = (dice.One(Tales.Cells(story.Document)), dice.Of((int)end + 1), dice.One(Tales.Environments));
        _ = dice.Of(2) == 0 ? story.Fails(cell, hour, entered: end, environment: environment) : story.Sees(cell, hour, null, entered: end, environment: environment);

        return NotUp(before, story.Decide(end));
    });

    [Fact]
    public void P1_adding_a_drill_that_is_no_pass_never_moves_the_verdict_up() => Holds((story, dice) =>
    {
        if (Tales.Drills(story.Document) is not { Count: > 0 } drills) return true;
        var (end, before) = (End(story), story.Decide(End(story)));
        _ = dice.Of(2) == 0 ? story.Drills("eve", dice.One(drills), dice.Of((int)end + 1), "failed", dice.Of(2) == 0 ? "mia" : null, entered: end) : story.Drills("eve", dice.One(drills), dice.Of((int)end + 1), entered: end);

        return NotUp(before, story.Decide(end));
    });

    [Fact]
    public void P2_removing_a_pass_never_moves_it_up() => Holds((story, dice) =>
    {
        var end = End(story);
        var passes = story.Entries.Where(entry => entry.Fact is Fact.Ran ran && ran.Run.Sights[0].Observation?["status"] is Value.Number { Is: 200 }).ToList();
        if (passes.Count == 0) return true;
        var gone = dice.One(passes);

        var left = Readiness.Judge.Decide(story.Document, story.Release, story.Ledger(story.Entries.Where(entry => entry != gone)), "go-live", Given.Hour(end), Given.Kinds);
        return NotUp(story.Decide(end), Assert.IsType<Judgement.Given>(left).Decision);
    });

    [Fact]
    public void P3_the_order_in_which_runs_arrive_does_not_matter() => Holds((story, dice) =>
    {
        var shuffled = story.Entries.OrderBy(_ => dice.Of(1000)).ThenByDescending(entry => entry.Index).ToList();
        var other = Readiness.Judge.Decide(story.Document, story.Release, story.Ledger(shuffled), "go-live", Given.Hour(End(story)), Given.Kinds);

        return Statements.ToBytes(story.Decide(End(story))).AsSpan().SequenceEqual(Statements.ToBytes(Assert.IsType<Judgement.Given>(other).Decision));
    });

    [Fact]
    public void P4_with_no_new_entry_time_only_moves_it_down_except_out_of_HELD() => Holds((story, dice) =>
    {
        var (now, later) = (story.Verdict(End(story)), story.Verdict(End(story) + dice.Of(200) / 2d));

        return later <= now || now == Verdict.Held;
    });

    [Fact]
    public void P5_a_revocation_never_moves_the_verdict_up_except_out_of_HELD() => Holds((story, dice) =>
    {
        var (end, before) = (End(story), story.Decide(End(story)));
        var after = story.Revokes(dice.One(Tales.Keys), "ann", end).Decide(end);

        return NotUp(before, after) || before.Verdict == Verdict.Held || before.WouldBe >= after.Verdict;
    });

    [Fact]
    public void The_drawings_reach_every_verdict()
    {
        Assert.SkipWhen(Cases < Usual, "with few drawings it cannot be expected");
        var seen = new HashSet<Verdict>();
        Holds((story, _) => seen.Add(story.Verdict(End(story))) || true);

        Assert.Equal(Enum.GetValues<Verdict>().Length, seen.Count);
    }

    static double End(Story story) => story.Entries.Count == 0 ? 0 : (story.Entries.Max(entry => entry.Time) - Given.Start).TotalHours;

    /// <summary>"Except where a waiver names exactly that failure": then it counts only where what it names has come to be so.</summary>
    static bool NotUp(Decision before, Decision after) =>
        after.Verdict <= before.Verdict || after.Waivers.Any(waiver => waiver.Counts && !before.Waivers.Any(other => other.Entry == waiver.Entry && other.Counts));

    static void Holds(Func<Story, Dice, bool> property) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(Cases),
        Prop.ForAll(Tale.Any, tale => property(tale.Told(), new Dice([.. tale.Drawn.Reverse()]))));
}
