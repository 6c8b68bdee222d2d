using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>The catalogue as it ships: every line there once, in a class, with kinds that are known, and in nobody else's words.</summary>
public sealed partial class CatalogueTests
{
    static readonly string Folder = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(JsonSchema.Folder)))!, "catalogue");

    /// <summary>Names that stand in no line, by the beginning of their digests: the test must not name them either.</summary>
    static readonly HashSet<string> Nobody =
    [
        "92f5781d1f83", "e18ca9227739", "8c8973b3f546", "13984a4e7e0e", "ff60b8c6e201", "8aba625add8c", "5a31b2b7d5bb", "ab73c736b49f", "1809f7cd0c75", "cace491b6955",
        "982945308d36", "7b85c73859f2", "11e295cda8ce", "877c3aec832c", "2bed2032ed3d", "e4540a7c8404", "d63f4a0cdaab", "84532b306f25", "82d979a24d74", "13fd9e770be3",
        "a942b37ccfaf", "a478b4566be5", "34fb46c847bb", "1d92ad4b6987", "ab14d3faa25e", "c0b0109d9439", "2e5aa0361aaf", "58954da252a1", "f45140f001d5", "4f1dc8631c56",
    ];

    [Fact]
    public void It_has_367_lines_with_the_ids_of_five_systems_298_for_machines_62_with_a_human_rest_and_7_for_people()
    {
        var expected = from system in ((string Letters, int Count)[])[("CG", 90), ("AI", 64), ("GR", 66), ("SU", 90), ("PB", 57)]
                       from number in Enumerable.Range(1, system.Count)
                       select string.Create(CultureInfo.InvariantCulture, $"{system.Letters}-{number:00}");
        var lines = Catalogue.Requirements.ToList();
        Assert.Equal(expected, lines.Select(line => line.Id));
        Assert.Equal([298, 62, 7], Enum.GetValues<RequirementClass>().Select(of => lines.Count(line => line.Class == of)));
        Assert.All(lines, line => Assert.Equal(line.Class == RequirementClass.S, line.Rest is not null));
    }

    [Fact]
    public void Every_line_is_a_sentence_of_its_own()
    {
        var texts = Catalogue.Requirements.Select(line => line.Text).ToList();
        Assert.Equal(texts.Count, texts.Distinct().Count());
        Assert.All(texts, text => Assert.Matches(@"^[A-Z].*\.$", text));
    }

    [Fact]
    public void Every_kind_that_a_line_names_is_in_this_build_or_planned()
    {
        var planned = File.ReadAllLines(Path.Combine(Folder, "planned-kinds.txt")).Where(line => line.Length > 0 && line[0] != '#').ToHashSet();
        var unknown = Catalogue.Requirements.SelectMany(line => line.Kinds, (line, kind) => (line.Id, kind)).Where(named => ProbeKinds.Catalogue.Find(named.kind) is null && !planned.Contains(named.kind));
        Assert.Empty(unknown);
        Assert.All(Catalogue.Requirements, line => Assert.NotEmpty(line.Kinds));
        Assert.Empty(planned.Except(Catalogue.Requirements.SelectMany(line => line.Kinds)));
    }

    [Fact]
    public void No_line_and_no_model_names_a_product_or_a_company()
    {
        // What a document must say to be one stays: the names of kinds, the schemes of addresses, and the keys that an address stands under, which are called as they are.
        var kinds = ProbeKinds.Catalogue.All.SelectMany(kind => kind.Name.Split('.', '_')).ToHashSet(StringComparer.Ordinal);
        var words = from file in Directory.EnumerateFiles(Folder, "*.yaml", SearchOption.AllDirectories)
                    from line in File.ReadLines(file)
                    where !line.TrimStart().StartsWith("kinds:", StringComparison.Ordinal)
                    from Match word in Word().Matches(line)
                    where !kinds.Contains(word.Value) && !line.Contains(word.Value + "://", StringComparison.Ordinal)
                    select (Path.GetFileName(file), word.Value);
        Assert.DoesNotContain(words.Distinct(), word => Nobody.Contains(Begins(word.Value)));
        Assert.Contains(Begins("k" + "6"), Nobody); // the digests are of what they should be
    }

    static string Begins(string word) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(word.ToLowerInvariant())))[..12];

    [Fact]
    public void A_file_with_mistakes_is_told_with_all_of_them()
    {
        const string text = """
            catalogue: 1
            system: x
            sections:
              One:
                A-1: { text: It holds., class: B, kinds: [ http ] }
                A-2: { text: It holds too., class: S, kinds: [ http ] }
                A-3: { class: A, kinds: [ http ], because: none }
            """;
        Assert.Null(ModelSystemReader.Read("x.yaml", Encoding.UTF8.GetBytes(text), out var problems));
        Assert.Equal(5, problems.Length);
        Assert.Contains(problems, problem => problem.Says.Contains("\"B\" is not one of A, S, P", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Says.Contains("does not say what stays with people", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Says.Contains("\"text\" is missing", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Says.Contains("no key \"because\"", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"[A-Za-z0-9]+")]
    private static partial Regex Word();
}
