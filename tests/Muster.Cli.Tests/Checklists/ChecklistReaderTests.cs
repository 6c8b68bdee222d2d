using System.Text;
using Muster.Cli.Checklists;

namespace Muster.Cli.Tests;

public sealed class ChecklistReaderTests
{
    static string[] Titles(string text) => [.. Samples.Read(text).Items.Select(item => item.Title)];

    static string Because_(string text, int line) => Samples.Read(text).Others.Single(other => other.Line == line).Because;

    [Fact]
    public void A_task_with_plain_bullets_below_it_is_one_sentence_and_with_tasks_below_it_several()
    {
        var item = Assert.Single(Samples.Read("- [ ] the page says\n  - this\n  - that\n").Items);
        Assert.Equal(("the page says", "the page says this that"), (item.Title, item.Words));
        Assert.Equal([1, 2, 3], item.Lines);
        Assert.Equal(["refunds", "refunds: paid", "refunds: told"], Titles("- [ ] refunds\n  - [ ] paid\n  - [x] told\n"));
    }

    [Fact]
    public void What_introduces_is_no_control_and_its_words_stand_before_those_below()
    {
        Assert.Equal(["database: restored", "database: dumped"], Titles("- database:\n  - restored\n  - dumped\n"));
        Assert.Equal(Because.Introduces, Because_("- database:\n  - restored\n", 1));
    }

    [Theory]
    [InlineData("- [x] done")]
    [InlineData("- ✅ done")]
    [InlineData("- [X] done")]
    [InlineData("☑ done")]
    [InlineData("| Check | Ready |\n|---|---|\n| done | [x] |")]
    public void A_tick_is_somebodys_word_and_no_part_of_the_sentence(string text)
    {
        var item = Assert.Single(Samples.Read(text).Items);
        Assert.Equal(("done", "ticked"), (item.Words, item.SomebodysWord));
        Assert.Equal(item.Text, Assert.Single(Samples.Read(text.Replace("[x]", "[ ]", StringComparison.Ordinal).Replace("[X]", "[ ]", StringComparison.Ordinal).Replace('✅', '⬜').Replace('☑', '☐')).Items).Text);
    }

    [Fact]
    public void A_column_of_states_is_never_part_of_the_sentence_and_a_column_of_thresholds_is()
    {
        string Row(string threshold, string status, string owner) => $"| Requirement | Threshold | Status | Owner |\n|---|---|---|---|\n| available | {threshold} | {status} | {owner} |\n";
        var item = Assert.Single(Samples.Read(Row("99.9%", "done", "lea")).Items);
        Assert.Equal(("available (Threshold: 99.9%)", "done", "lea"), (item.Title, item.SomebodysWord, item.Owner));
        Assert.Equal(item.Text, Samples.Read(Row("99.9%", "open", "jo")).Items[0].Text);
        Assert.NotEqual(item.Text, Samples.Read(Row("99%", "done", "lea")).Items[0].Text);
    }

    [Theory]
    [InlineData("- a b c", "*   a   b\n    c")]
    [InlineData("- a b c", "7. **a** `b` [c](x.md)")]
    [InlineData("- a b c", "> - [x] a b c")]
    [InlineData("- a b c\r\n", "# Somewhere\n\ntext\n\n+ a b c")]
    [InlineData("- a b c", "- a b c <!-- a comment -->")]
    public void Markup_place_and_line_ends_are_not_part_of_the_words(string one, string other) =>
        Assert.Equal(Assert.Single(Samples.Read(one).Items).Text, Assert.Single(Samples.Read(other).Items).Text);

    [Theory]
    [InlineData("- a b c", "- a b c d")]
    [InlineData("- a b c", "- a b c\n\n  d")]
    [InlineData("- a b c", "- a b c\n\n  ```\n  d\n  ```")]
    [InlineData("- a b c", "- a b C")]
    [InlineData("- a b c", "- a\u202e b c")]
    [InlineData("- a [^1]\n\n[^1]: except on Sundays", "- a [^1]\n\n[^1]: except on weekdays")]
    [InlineData("- a [^1]\n\n[^1]: never", "- a [^1]\n\n[^1]: always")]
    [InlineData("- a:\n  - b", "- c:\n  - b")]
    public void What_changes_the_words_changes_the_digest(string one, string other) =>
        Assert.NotEqual(Samples.Read(one).Items[0].Text, Samples.Read(other).Items[0].Text);

    [Fact]
    public void The_digest_is_that_of_the_plain_words() =>
        Assert.Equal("sha256:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("Backups run nightly"u8)), Samples.Read("- **Backups** run `nightly`").Items[0].Text.ToString());

    [Fact]
    public void The_page_that_tells_of_it_shows_the_digest_that_it_names() =>
        Assert.Contains(Sentences.DigestOf("Backups run nightly").ToString(), File.ReadAllText(Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(JsonSchema.Folder))!, "checklists.md")), StringComparison.Ordinal);

    [Fact]
    public void A_line_that_is_lost_or_in_two_places_is_noticed()
    {
        const string Text = "# A\n\n- b\n- c\n";
        var checklist = Samples.Read(Text);
        Samples.NoLineIsLost(checklist, Text);
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Samples.NoLineIsLost(checklist with { Others = [] }, Text));
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Samples.NoLineIsLost(checklist with { Items = checklist.Items.Add(checklist.Items[0]) }, Text));
    }

    [Fact]
    public void Sections_are_the_nearest_heading_and_the_only_first_one_is_the_title()
    {
        var checklist = Samples.Read("# All\n\n- a\n\n## One\n\n- b\n\n### Two\n\n- c\n\n## Three\n\n- d\n");
        Assert.Equal("All", checklist.Title);
        Assert.Equal([null, "One", "Two", "Three"], checklist.Items.Select(item => item.Section));
    }

    [Theory]
    [InlineData("### [ ] The alarm works\n\nAsk Jo.\n\n- a\n", false)]
    [InlineData("### OPS-3: The alarm works\n\nAsk Jo.\n\n## List\n\n- a\n", true)]
    [InlineData("### Does the alarm work?\n\nAsk Jo.\n\n## List\n\n- a\n", true)]
    [InlineData("### Alarms\n\nAsk Jo.\n\n## List\n\n- a\n", false)]
    [InlineData("### Alarms\n\nAsk Jo.\n\n## Doors\n\nAsk Lea.\n", true)]
    public void A_heading_with_nothing_but_prose_below_is_a_control_where_it_is_marked_or_nothing_else_is(string text, bool isControl) =>
        Assert.Equal(isControl, Samples.Read(text).Items.Any(item => item.Line == 1));

    [Theory]
    [InlineData("<!-- muster: no control -->\n- a\n\ntext\n\n- b\n", 1)]
    [InlineData("- a <!-- muster: no control -->\n- b\n", 1)]
    [InlineData("## X <!-- muster: no control -->\n\n- a\n\n### Y\n\n- c\n\n## Z\n\n- b\n", 1)]
    [InlineData("| Check | Ready |\n|---|---|\n| a <!-- muster: no control --> | |\n| b | |\n", 1)]
    public void The_checklist_itself_says_what_is_no_control(string text, int items)
    {
        Assert.Equal("b", Assert.Single(Titles(text)));
        Assert.Equal(items, Titles(text).Length);
        Assert.Contains(Samples.Read(text).Others, other => other.Because == Because.LeftOut);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n \t\n")]
    [InlineData("Only prose.\n\n    and code\n")]
    [InlineData("| Name | Phone |\n|---|---|\n| Mia | 1 |\n")]
    [InlineData("- \n- [ ] \n")]
    public void What_has_nothing_to_hold_has_no_items_and_still_loses_no_line(string text)
    {
        var checklist = Samples.Read(text);
        Assert.Empty(checklist.Items);
        Samples.NoLineIsLost(checklist, text);
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_refused_with_their_place()
    {
        var refused = Assert.IsType<ChecklistReading.Unreadable>(ChecklistReader.Read("R.md", (byte[])[.. "- a\n- b"u8, 0xFF, .. "c"u8]));
        Assert.Equal("R.md:2:4", refused.Place);
    }

    public static TheoryData<string, string> Large => new()
    {
        { new string('x', (2 << 20) + 1), "2 MiB" },
        { string.Concat(Enumerable.Repeat("- a\n", 5_001)), "5000 items" },
        { string.Concat(Enumerable.Repeat("a\n", 50_001)), "50000 lines" },
        { new string('>', 100_000), "nested" },
        { "- " + new string('[', 100_000), "nested" },
        { "- " + string.Concat(Enumerable.Repeat("[a](", 100_000)), "none of them ends" },
    };

    [Theory]
    [MemberData(nameof(Large), DisableDiscoveryEnumeration = true)]
    public void Size_number_and_depth_are_bounded(string text, string says) =>
        Assert.Contains(says, Assert.IsType<ChecklistReading.Unreadable>(ChecklistReader.Read("R.md", Encoding.UTF8.GetBytes(text))).Says, StringComparison.Ordinal);

    [Fact]
    public void Credentials_in_a_sentence_are_not_repeated()
    {
        var checklist = Samples.Read("- https://mia:hunter2@shop.test/ answers\n- https://shop.test/?token=hunter2&x=1 answers\n\nsee postgres://u:hunter2@db.test and password=hunter2\n");
        Assert.DoesNotContain("hunter2", ControlText.List(checklist) + string.Concat(checklist.Items.Select(item => ControlText.Of("a", item, "R.md", "", true))), StringComparison.Ordinal);
        Assert.All(checklist.Items, item => Assert.Null(item.Proposed));
    }
}
