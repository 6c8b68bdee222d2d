using System.Globalization;
using System.Text.RegularExpressions;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.FalseGreen.Tests;

/// <summary>What must be so of the corpus itself.</summary>
public partial class CorpusTests
{
    static readonly int[] Lines = [.. Enumerable.Range(1, 15)];

    [Fact]
    public void It_holds_at_least_a_hundred_traps() => Assert.True(Corpus.All.Length >= 100, $"{Corpus.All.Length} traps");

    [Fact]
    public void Every_line_of_the_verdict_is_attacked() =>
        Assert.All(Lines, line => Assert.Contains(Corpus.All, trap => trap.Attacks.Contains($"line {line.ToString(CultureInfo.InvariantCulture)}")));

    [Fact]
    public void What_a_trap_attacks_is_a_rule_that_there_is() => Assert.All(Corpus.All, trap =>
    {
        Assert.NotEmpty(trap.Attacks);
        Assert.All(trap.Attacks, rule => Assert.True(IsRule(rule), $"{trap} attacks \"{rule}\""));
    });

    static bool IsRule(string rule) => rule == "no verdict" || rule.Split(' ', 2) switch
    {
        ["line", var number] => int.TryParse(number, CultureInfo.InvariantCulture, out var line) && line is >= 1 and <= 15,
        ["law", var number] => int.TryParse(number, CultureInfo.InvariantCulture, out var law) && law is >= 1 and <= 10,
        ["kind", var name] => ProbeKinds.Catalogue.Find(name) is not null,
        _ => false,
    };

    [Fact]
    public void Every_trap_tells_a_story_of_its_own_in_two_sentences()
    {
        Once(trap => trap.Title);
        Once(trap => trap.Fools);
        Once(trap => trap.Says);
        Assert.All(Corpus.All, trap => Assert.All([trap.Fools, trap.Says], sentence => Assert.True(Sentence().IsMatch(sentence), $"{trap}: \"{sentence}\" is not one sentence")));

        static void Once(Func<Trap, string> told) => Assert.Empty(Corpus.All.GroupBy(told).Where(same => same.Count() > 1).Select(same => $"{string.Join(" and ", same)}: {same.Key}"));
    }

    [Fact]
    public void Every_trap_has_an_honest_twin_that_is_the_same_gate_with_something_changed() => Assert.All(Corpus.All, trap =>
    {
        var twin = trap.Honest();
        Assert.True(twin.At != trap.At || twin.Files.Any(file => trap.Files.GetValueOrDefault(file.Key) != file.Value), $"the twin of {trap} is the trap");
        Assert.True(Sentence().IsMatch(trap.Twin.Is), $"{trap}: \"{trap.Twin.Is}\" is not one sentence");
        Assert.Equal(trap.Gate, twin.Gate);
    });

    [Fact]
    public void Every_trap_names_its_reason_in_words() => Assert.All(Corpus.All, trap =>
    {
        Assert.NotEmpty(trap.Expect.Because);
        Assert.True(trap.Expect.Exit is not null || trap.Expect is { Verdict: Verdict.NoGo or Verdict.Undecided or Verdict.Held, Line: not null, Of: not null }, $"{trap} names neither verdict, line and subject, nor an exit code");
        Assert.True(trap.Expect.Exit is not (0 or 11), $"{trap} expects to open");
    });

    /// <summary>Two traps whose folders have the same keys throughout differ in nothing but values; then they must at least be refused for different reasons.</summary>
    [Fact]
    public void No_two_traps_differ_only_in_a_value() => Assert.Empty(Corpus.All
        .GroupBy(trap => (Shapes.Of(trap), trap.Expect.Verdict, trap.Expect.Exit, trap.Expect.Line, trap.Expect.Because, trap.Expect.SignOff, trap.Expect.Waiver))
        .Where(same => same.Count() > 1).Select(same => string.Join(" and ", same)));

    [Fact]
    public void A_trap_that_differs_only_in_a_value_is_noticed()
    {
        var trap = Corpus.All.First(one => one.Files.ContainsKey("ledger.yaml"));
        var other = trap with { Files = trap.Files.SetItem("ledger.yaml", trap.Files["ledger.yaml"].Replace("200", "201", StringComparison.Ordinal)) };
        var more = trap with { Files = trap.Files.SetItem("ledger.yaml", trap.Files["ledger.yaml"] + "- { at: -1m, look: edge, blind: refused }\n") };

        Assert.Equal(Shapes.Of(trap), Shapes.Of(other));
        Assert.NotEqual(Shapes.Of(trap), Shapes.Of(more));
    }

    [Fact]
    public void The_page_tells_what_the_folders_hold()
    {
        var path = Path.Combine(Corpus.Root, "docs", "false-green.md");
        var page = Page.Of(Corpus.All);
        if (Environment.GetEnvironmentVariable("MUSTER_WRITE_DOCS") == "1") File.WriteAllText(path, page);

        Assert.True(File.Exists(path) && File.ReadAllText(path) == page, "docs/false-green.md is not what the trap folders say; write it anew: MUSTER_WRITE_DOCS=1 dotnet run --project tests/Muster.FalseGreen.Tests");
    }

    [GeneratedRegex(@"^\p{Lu}?[^\n]{8,}[^.]\.$")]
    private static partial Regex Sentence();
}
