using Muster.Cli.Checklists;
using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>The stable rule that docs/checklists.md tells: which sentence is which, after an edit.</summary>
public sealed class ReconcilingTests
{
    static string[] Fates(string was, string now)
    {
        var controls = Samples.Read(was).Items.Select((item, i) => new Control
        {
            Id = item.Reference ?? $"c{i}", Title = item.Title, Section = item.Section, Place = new("controls/R.yaml", i + 1, 1),
            Sentence = new("READINESS.md", item.Text) { Line = item.Line },
        });
        return [.. Reconciling.Of(controls, Samples.Read(now).Items).Select(one => $"{one.Fate} {one.Control?.Id ?? "-"}")];
    }

    static string List(params string[] sentences) => string.Concat(sentences.Select(sentence => $"- {sentence}\n"));

    [Fact]
    public void Lines_above_move_nothing() => Assert.Equal(["Same c0", "Same c1"], Fates(List("a b", "c d"), "# New\n\ntext\n\n" + List("a b", "c d")));

    [Fact]
    public void A_sentence_that_changed_places_moved_and_keeps_its_control() => Assert.Equal(["Same c1", "Same c2", "Moved c0"], Fates(List("a", "b", "c"), List("b", "c", "a")));

    [Fact]
    public void A_reworded_sentence_changed_and_is_not_removed_and_added() =>
        Assert.Equal(["Same c0", "Changed c1", "Same c2"], Fates(List("first thing", "backups run nightly", "last thing"), List("first thing", "backups run hourly now", "last thing")));

    [Fact]
    public void A_reworded_sentence_that_moved_too_is_still_the_same() =>
        Assert.Equal(["Changed c1", "Same c0", "Same c2"], Fates(List("x", "backups run nightly", "y"), List("backups run hourly", "x", "y")));

    [Fact]
    public void The_likest_belong_together() =>
        Assert.Equal(["Changed c1", "Changed c0"], Fates(List("the backup of orders runs nightly", "the backup of stock runs nightly"), List("the backup of stock runs hourly", "the backup of orders runs hourly")));

    [Fact]
    public void What_has_too_little_in_common_was_removed_and_added() =>
        Assert.Equal(["Same c0", "Added -", "Same c2", "Removed c1"], Fates(List("x", "backups run nightly", "y"), List("x", "somebody is awake", "y")));

    [Fact]
    public void Alone_between_the_same_neighbours_a_third_in_common_is_enough()
    {
        Assert.Equal(["Same c0", "Changed c1", "Same c2"], Fates(List("x", "backups run every night at two", "y"), List("x", "restores run every full moon", "y")));
        Assert.Equal(["Added -", "Same c0", "Same c2", "Removed c1"], Fates(List("x", "backups run every night at two", "y"), List("restores run every full moon", "x", "y")));
    }

    [Fact]
    public void The_checklists_own_name_decides_before_the_words() =>
        Assert.Equal(["Changed SEC-1", "Changed SEC-2"], Fates(List("SEC-1: doors are locked", "SEC-2: windows are shut"), List("SEC-1: windows are shut too", "SEC-2: doors are locked too")));

    [Fact]
    public void Of_the_same_words_several_times_each_keeps_its_own()
    {
        Assert.Equal(["Same c0", "Same c1", "Same c2"], Fates(List("a", "a", "a"), List("a", "a", "a")));
        Assert.Equal(["Same c0", "Same c1", "Removed c2"], Fates(List("a", "a", "a"), List("a", "a")));
        Assert.Equal(["Same c0", "Added -"], Fates(List("a"), List("a", "a")));
        Assert.Equal(["Same c1", "Removed c0"], Fates("## One\n\n- a\n\n## Two\n\n- a\n", "## Two\n\n- a\n"));
    }

    [Fact]
    public void Everything_gone_is_removed_and_everything_new_is_added()
    {
        Assert.Equal(["Removed c0", "Removed c1"], Fates(List("a", "b"), "prose"));
        Assert.Equal(["Added -", "Added -"], Fates("prose", List("a", "b")));
    }
}
