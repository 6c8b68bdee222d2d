using System.Collections.Immutable;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Blocks;
using Muster.Telemetry.Store.Index;

namespace Muster.Telemetry.Tests.Store.Index;

public sealed class SeriesMatchTests
{
    static readonly string[] Names = ["__name__", "job", "zone", "ä"];

    static readonly string[] Values = ["", "a", "b", "ab", "abc", "a.b", "x|y", "é", "\U0001f600", "10", "100"];

    static readonly string[] Patterns = ["", "a", "a|b", "a|", ".*", ".+", "a.*", "a.+", "ab?", "a\\.b", "(a|b)", "(?:ab|abc)", "x\\|y", "[ab]+", "1(0|00)", "(?i)A", "a{2}", "ab*", ".", "é|\U0001f600", "\U0001f600?", "^a$", "a|b.*"];

    [Fact]
    public void An_index_finds_what_looking_at_every_series_finds()
    {
        var random = new Random(5);
        var all = new List<Labels>();
        var known = new HashSet<Labels>();
        var head = new HeadIndex();
        for (var at = 0; at < 400; at++)
        {
            var labels = Labels.Of(Names.Select(name => (name, Values[random.Next(Values.Length)])));
            if (labels.Count == 0 || !known.Add(labels)) continue;
            all.Add(labels);
            head.Add(SeriesKey.Of(labels));
        }

        var (block, order) = Block(all);
        for (var round = 0; round < 3000; round++)
        {
            var matchers = Enumerable.Range(0, random.Next(0, 4)).Select(_ => Some(random)).ToImmutableArray();
            var expected = Enumerable.Range(0, all.Count).Where(at => matchers.All(matcher => matcher.Matches(all[at][matcher.Name]))).ToArray();
            var shown = string.Join(", ", matchers);
            Assert.Equal((shown, string.Join(' ', expected)), (shown, string.Join(' ', SeriesMatch.Find(head, matchers, Bench.Cancel))));
            var inBlock = SeriesMatch.Find(block, matchers, Bench.Cancel).Select(at => order[at]).Order();
            Assert.Equal((shown, string.Join(' ', expected)), (shown, string.Join(' ', inBlock)));
        }
    }

    [Fact]
    public void A_block_tells_labels_and_keys_and_finds_them()
    {
        var all = Enumerable.Range(0, 300).Select(at => Labels.Of(("__name__", $"m{at % 7}"), ("i", $"{at}"), (new string('n', 200), new string('v', 300 + at)))).ToList();
        var (block, order) = Block(all);
        for (var at = 0; at < all.Count; at++)
        {
            Assert.Equal(all[order[at]], block.LabelsOf(at));
            Assert.Equal(at, block.Find(SeriesKey.Of(all[order[at]])));
        }

        Assert.Equal(-1, block.Find(SeriesKey.Of(Labels.Of(("a", "b")))));
        Assert.Equal(["__name__", "i", new string('n', 200)], block.Names);
    }

    [Fact]
    public void Any_bytes_for_an_index_are_read_or_refused()
    {
        var all = Enumerable.Range(0, 30).Select(at => Labels.Of(("__name__", $"m{at % 7}"), ("i", $"{at}"))).ToList();
        var bytes = Written(all, [.. Enumerable.Range(0, 30)]);
        var random = new Random(9);
        for (var round = 0; round < 3000; round++)
        {
            BlockIndex index;
            try { index = new(Mutation.Of(bytes, random)); }
            catch (InvalidDataException) { continue; }
            foreach (var number in SeriesMatch.Find(index, [new("i", MatchKind.Regex, "1.*")], Bench.Cancel)) index.LabelsOf(number);
        }
    }

    static Matcher Some(Random random)
    {
        var kind = (MatchKind)random.Next(4);
        var texts = kind is MatchKind.Equal or MatchKind.NotEqual ? Values : Patterns;
        return new(random.Next(9) == 0 ? "none" : Names[random.Next(Names.Length)], kind, texts[random.Next(texts.Length)]);
    }

    static (BlockIndex Block, int[] Order) Block(List<Labels> all)
    {
        var order = Enumerable.Range(0, all.Count).ToArray();
        Array.Sort(order, (a, b) => SeriesKey.Of(all[a]).AsSpan().SequenceCompareTo(SeriesKey.Of(all[b])));
        return (new(Written(all, order)), order);
    }

    static byte[] Written(List<Labels> all, int[] order)
    {
        var writer = new BlockIndexWriter();
        foreach (var at in order) writer.Add(SeriesKey.Of(all[at]), [new(at * 10, 10, at, at + 5, 2, false)]);
        return writer.Finish();
    }
}
