using System.Text;

namespace Muster.Readiness.Tests;

public class DocumentProperties
{
    static readonly Digest Shop = ShopExample.Desk().Document().Digest;

    /// <summary><c>MUSTER_FUZZ_ROUNDS</c> says how many changed documents for each seed (100; more for a longer run).</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_is_written_the_reader_answers(int seed) => Assert.Null(Record.Exception(() => DocumentFuzz.Run(Rounds, seed)));

    static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("MUSTER_FUZZ_ROUNDS"), out var rounds) ? rounds : 100;

    static Digest Read(string main)
    {
        var desk = ShopExample.Desk();
        desk["muster.yaml"] = main;
        return desk.Document().Digest;
    }

    [Fact]
    public void Line_ends_comments_and_indents_are_not_part_of_the_meaning()
    {
        Assert.Equal(Shop, Read(ShopExample.Main.Replace("\n", "\r\n", StringComparison.Ordinal)));
        Assert.Equal(Shop, Read(string.Join('\n', ShopExample.Main.Split('\n').Select(line => line.Contains('#', StringComparison.Ordinal) ? line : line + "   # said"))));
        Assert.Equal(Shop, Read(string.Join('\n', ShopExample.Main.Split('\n').Select(line => new string(' ', line.Length - line.TrimStart().Length) + line))));
        Assert.Equal(Shop, Read("# a comment\n\n" + ShopExample.Main + "\n\n"));
    }

    [Fact]
    public void The_order_of_keys_is_not_part_of_the_meaning()
    {
        // Blocks of top-level keys and of controls, shuffled.
        var random = new Random(5);
        for (var i = 0; i < 20; i++)
        {
            var blocks = Blocks(ShopExample.Main, 0).Select(block => block.StartsWith("controls:", StringComparison.Ordinal) ? "controls:\n" + Shuffled(Blocks(block["controls:\n".Length..], 2), random) : block);
            Assert.Equal(Shop, Read(Shuffled(blocks, random)));
        }

        static string Shuffled(IEnumerable<string> blocks, Random random) => string.Concat(blocks.OrderBy(_ => random.Next()));
    }

    [Theory]
    [InlineData("at least 33%", "at least 30%")]
    [InlineData("fresh: 24h", "fresh: 25h")]
    [InlineData("soak: 24h", "soak: 23h")]
    [InlineData("level: L5", "level: L4")]
    [InlineData("[ stop, hang ]", "[ stop ]")]
    [InlineData("sign: { architect: 1, devops-lead: 1 }", "sign: { architect: 1 }")]
    [InlineData("roles: [ architect ]", "roles: [ architect, on-call ]")]
    [InlineData("https://$(host)", "http://$(host)")]
    [InlineData("from: outside", "from: here")]
    [InlineData("expect: { status: 201 }", "expect: { status: 200 }")]
    [InlineData("name: $(nonce)", "name: fixed")]
    [InlineData("until: {", "until: { fresh: 1h,")]
    [InlineData("override: never", "# override: never")]
    public void What_changes_the_meaning_changes_the_digest(string from, string to)
    {
        Assert.Contains(from, ShopExample.Main, StringComparison.Ordinal);
        Assert.NotEqual(Shop, Read(ShopExample.Main.Replace(from, to, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_large_document_is_read()
    {
        var main = new StringBuilder("muster: 1\nsystem: s\ntargets: { api: https://a.test }\nenvironments: { live: }\ngates: { go: { environment: live } }\ncontrols:\n");
        for (var i = 0; i < 10_000; i++) main.Append(System.Globalization.CultureInfo.InvariantCulture, $"  c{i}: {{ title: Control {i}, check: {{ http: api, get: /{i}, expect: {{ status: 200 }} }} }}\n");
        Assert.Equal(10_000, Desk.With(main.ToString()).Document().Gates[0].Controls.Length);
    }

    [Fact]
    public void Controls_that_all_select_all_do_not_fill_the_memory()
    {
        var main = new StringBuilder("muster: 1\nsystem: s\ncontrols:\n");
        for (var i = 0; i < 15_000; i++) main.Append(System.Globalization.CultureInfo.InvariantCulture, $"  c{i}: {{ check: {{ states: all }} }}\n");
        var problems = Desk.With(main.ToString()).Read().Problems;
        Assert.Contains(problems, problem => problem.Says.Contains("select more than 1000000 controls", StringComparison.Ordinal));
        Assert.Contains("There are more than 500 mistakes", problems.Single(problem => problem.Says.StartsWith("There are more", StringComparison.Ordinal)).Says, StringComparison.Ordinal);
    }

    static List<string> Blocks(string text, int indent)
    {
        var blocks = new List<string>();
        foreach (var line in text.Split('\n'))
            if (blocks.Count == 0 || line.Length > indent && line[indent] is not (' ' or '#') && line[..indent].Trim().Length == 0) blocks.Add(line + "\n");
            else blocks[^1] += line + "\n";
        return blocks;
    }
}
