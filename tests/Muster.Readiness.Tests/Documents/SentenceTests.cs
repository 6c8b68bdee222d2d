namespace Muster.Readiness.Tests;

public class SentenceTests
{
    static string Sha(string words) => Digest.Of(System.Text.Encoding.UTF8.GetBytes(words)).ToString();

    static Desk With(string checklist, params string[] sentences)
    {
        var controls = sentences.Select((words, i) => $"  c{i}: {{ sentence: {{ file: READINESS.md, line: {i + 1}, text: {Sha(words)} }} }}");
        var desk = Desk.Controls(string.Join('\n', controls));
        desk["READINESS.md"] = checklist;
        return desk;
    }

    static Lost?[] Lost(Desk desk) => [.. desk.Document().Controls.Select(control => control.Sentence!.Lost)];

    [Fact]
    public void Words_that_stand_where_they_stood_are_not_lost() => Assert.Equal([null, null], Lost(With("one\ntwo", "one", "two")));

    [Fact]
    public void Words_that_moved_are_not_lost_and_the_line_is_not_part_of_the_meaning()
    {
        var moved = With("a line more\ntwo\none", "one", "two");
        Assert.Equal([null, null], Lost(moved));
        Assert.Equal(With("one\ntwo", "one", "two").Document().Digest, moved.Document().Digest);
        moved["muster.yaml"] = System.Text.Encoding.UTF8.GetString(moved.Files["muster.yaml"]).Replace("line: 1", "line: 77", StringComparison.Ordinal);
        Assert.Equal(With("one\ntwo", "one", "two").Document().Digest, moved.Document().Digest);
    }

    [Fact]
    public void Words_that_changed_are_lost_alone_and_move_the_digest()
    {
        var changed = With("one\ntwo, at most", "one", "two");
        Assert.Equal([null, Readiness.Lost.Changed], Lost(changed));
        Assert.NotEqual(With("one\ntwo", "one", "two").Document().Digest, changed.Document().Digest);
        Assert.Equal(changed.Document().Digest, Statements.Read<Document>(Statements.ToBytes(changed.Document())).Digest);
    }

    [Fact]
    public void Of_words_that_stand_less_often_than_controls_name_them_all_are_lost()
    {
        Assert.Equal([null, null], Lost(With("same\nsame", "same", "same")));
        Assert.Equal([Readiness.Lost.Changed, Readiness.Lost.Changed], Lost(With("same", "same", "same")));
    }

    [Fact]
    public void A_checklist_that_is_gone_or_unreadable_loses_every_sentence()
    {
        var gone = With("one", "one");
        gone.Files.Remove("READINESS.md");
        Assert.Equal([Readiness.Lost.NoFile], Lost(gone));
        foreach (var reader in (SentencesOf?[])[_ => null, null])
        {
            var unread = new Desk { Sentences = reader, ["READINESS.md"] = "one" };
            unread.Files["muster.yaml"] = gone.Files["muster.yaml"];
            Assert.Equal([Readiness.Lost.Unread], Lost(unread));
        }
    }

    [Fact]
    public void A_document_without_a_sentence_says_what_it_said() =>
        Assert.DoesNotContain("sentence", System.Text.Encoding.UTF8.GetString(Statements.ToBytes(Desk.Controls("  c: { check: { http: api } }").Document())), StringComparison.Ordinal);

    [Fact]
    public void Another_sentence_asks_anew_and_a_lost_one_does_not()
    {
        Digest Question(string checklist, string words) => Asks.Of(Read(checklist, words), Read(checklist, words).Controls[0], "here")[0].Question.Digest;
        Document Read(string checklist, string words)
        {
            var desk = Desk.Controls($"  c: {{ check: {{ http: api }}, sentence: {{ file: READINESS.md, text: {Sha(words)} }} }}");
            desk["READINESS.md"] = checklist;
            return desk.Document();
        }

        Assert.Equal(Question("one", "one"), Question("two", "one"));
        Assert.NotEqual(Question("one", "one"), Question("two", "two"));
    }

    [Theory]
    [InlineData("{ file: ../READINESS.md, text: $ }", "leads out of the document's folder")]
    [InlineData("{ file: READINESS.md }", "\"text\" is missing")]
    [InlineData("{ text: $ }", "\"file\" is missing")]
    [InlineData("{ file: READINESS.md, text: abc }", "is not a digest")]
    [InlineData("{ file: READINESS.md, text: $, lien: 3 }", "There is no key \"lien\" in a sentence")]
    [InlineData("{ file: READINESS.md, text: $, line: 0 }", "not a whole number")]
    [InlineData("READINESS.md", "where a map was expected")]
    public void A_mistake_in_it_is_told(string sentence, string says) =>
        Assert.Contains(Desk.Controls($"  c: {{ sentence: {sentence.Replace("$", Sha("one"), StringComparison.Ordinal)} }}").Read().Problems, problem => problem.Says.Contains(says, StringComparison.Ordinal));

    [Fact]
    public void A_pack_has_no_checklist()
    {
        var desk = Desk.With("muster: 1\nsystem: s\ninclude: pack:web@1\n");
        desk.Packs["web@1"] = System.Text.Encoding.UTF8.GetBytes($"pack: web@1\ncontrols: {{ c: {{ sentence: {{ file: READINESS.md, text: {Sha("one")} }} }} }}\n");
        Assert.Contains("from no checklist", desk.Error().Says, StringComparison.Ordinal);
    }

    [Fact]
    public void Checklists_are_bounded_in_number() =>
        Assert.Contains("more than 50 checklists", Desk.Controls(string.Join('\n', Enumerable.Range(0, 51).Select(i => $"  c{i}: {{ sentence: {{ file: {i}.md, text: {Sha("x")} }} }}"))).Error().Says, StringComparison.Ordinal);
}
