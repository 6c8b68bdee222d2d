using Muster.Readiness;

namespace Muster.Probes.Tests;

public class ProbeKindsTests
{
    public static TheoryData<string> Names => new(ProbeKinds.All.Select(kind => kind.Kind.Name).Where(name => !Measures(name)));

    /// <summary>Kinds that measure a machine, and would measure the tests beside them.</summary>
    internal static bool Measures(string name) => name.StartsWith("load.", StringComparison.Ordinal);

    public static TheoryData<string> All => new(ProbeKinds.All.Select(kind => kind.Kind.Name));

    public static TheoryData<string> Catalogue => new(ProbeKinds.Catalogue.All.Select(kind => kind.Name));

    /// <summary>Enough of the judge for the words that fixtures use; the real one weighs them where both rooms are at hand.</summary>
    static bool? Holds(Witnessed witnessed)
    {
        if (witnessed.Sight.Observation is not { } seen || witnessed.Sight.Population < 1 || !Equals(witnessed.Sight.Before, witnessed.Sight.After)) return null;
        bool? all = true;
        foreach (var matcher in witnessed.Step.Expect.Fields)
            all = seen[matcher.Path] is not { } value ? null : all is null ? null : all.Value && Holds(matcher.Matcher, value);
        return all;
    }

    static bool Holds(Matcher matcher, Value value) => matcher switch
    {
        Matcher.Is { To.Literal: { } literal } => value.Equals(literal),
        Matcher.Compare { How: Comparison.Over, Limit.Literal: Value.Number limit } => ((Value.Number)value).Is > limit.Is,
        Matcher.Compare { How: Comparison.AtLeast, Limit.Literal: Value.Number limit } => ((Value.Number)value).Is >= limit.Is,
        Matcher.Compare { How: Comparison.Between, Limit.Literal: Value.Number low, Upper.Literal: Value.Number high } => ((Value.Number)value).Is >= low.Is && ((Value.Number)value).Is <= high.Is,
        Matcher.Only only => ((Value.Items)value).Are.All(item => only.Elements.Any(element => item.Equals(element.Literal))),
        Matcher.Count count => Holds(count.Number, ((Value.Items)value).Are.Length),
        Matcher.Every every => ((Value.Items)value).Are.All(item => Holds(every.Element, item)),
        Matcher.Matches matches => System.Text.RegularExpressions.Regex.IsMatch(((Value.Text)value).Is, matches.Pattern),
        _ => throw new NotSupportedException(matcher.GetType().Name),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public Task Every_kind_is_seen_failing_on_its_fixture_and_passing_on_its_twin(string name) => IsSeenFailing(name);

    internal static async Task IsSeenFailing(string name)
    {
        var proof = await ProbeKinds.Find(name)!.Fixture(TestContext.Current.CancellationToken);

        Assert.Equal(name, proof.Kind);
        Assert.False(Holds(proof.MustFail) ?? throw new InvalidOperationException($"unproven: {proof.MustFail.Sight.Detail}"));
        Assert.True(Holds(proof.MustHold) ?? throw new InvalidOperationException($"unproven: {proof.MustHold.Sight.Detail}"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public Task Every_field_that_is_seen_is_declared(string name) => IsDeclared(name);

    internal static async Task IsDeclared(string name)
    {
        var kind = ProbeKinds.Find(name)!;
        var proof = await kind.Fixture(TestContext.Current.CancellationToken);

        foreach (var sight in (Sight[])[proof.MustFail.Sight, proof.MustHold.Sight])
            Declared(sight.Observation!, kind.Kind.Fields);

        static void Declared(Value.Fields seen, IEnumerable<Field> fields)
        {
            var known = fields.ToDictionary(field => field.Name);
            foreach (var (field, value) in seen)
            {
                Assert.Contains(field, known.Keys);
                Assert.True(Fits(value, known[field].Shape), $"{field} is declared as {known[field].Shape} and was seen as {value}");
                if (value is Value.Fields inner && !known[field].Of.IsEmpty) Declared(inner, known[field].Of);
            }
        }
    }

    static bool Fits(Value value, Shape shape) => shape switch
    {
        Shape.Any => true,
        Shape.Text => value is Value.Text,
        Shape.Instant => value is Value.Text text && Instant.TryRead(text.Is, out _),
        Shape.Truth => value is Value.Truth,
        Shape.List => value is Value.Items,
        Shape.Map => value is Value.Fields,
        _ => value is Value.Number,
    };

    [Theory]
    [MemberData(nameof(All))]
    public void Every_declaration_is_complete(string name)
    {
        var kind = ProbeKinds.Find(name)!.Kind;

        Assert.False(kind.JudgeOnly);
        Assert.NotEmpty(kind.Says);
        Assert.NotEmpty(kind.Fields);
        Assert.NotEmpty(kind.Pitfalls);
        Assert.NotEmpty(kind.Holds);
        Assert.All(kind.Holds, held => Assert.Contains(kind.Fields, field => field.Name == held.Key));
        Assert.StartsWith($"check: {{ {name}: ", kind.Example, StringComparison.Ordinal);
        Assert.Equal(kind.Parameters.Length, kind.Parameters.Select(parameter => parameter.Name).Distinct().Count());
        Assert.Equal(kind.Fields.Length, kind.Fields.Select(field => field.Name).Distinct().Count());
    }

    /// <summary>Every kind has its page, and no page is left of a kind that is gone.</summary>
    [Fact]
    public void Every_page_is_of_a_kind_that_is_there() => Assert.Equal(
        ProbeKinds.Catalogue.All.Select(kind => kind.Name).Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Path.Combine(Repository(), "docs", "probes"), "*.md").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    /// <summary>With MUSTER_WRITE_DOCS=1 the pages are written anew.</summary>
    [Theory]
    [MemberData(nameof(Catalogue))]
    public void The_page_of_every_kind_says_what_its_declaration_says(string name)
    {
        var page = Path.Combine(Repository(), "docs", "probes", $"{name}.md");
        var expected = KindPage.Of(ProbeKinds.Catalogue.Find(name)!);
        if (Environment.GetEnvironmentVariable("MUSTER_WRITE_DOCS") == "1") File.WriteAllText(page, expected);

        Assert.Equal(expected, File.ReadAllText(page).ReplaceLineEndings("\n"));
    }

    static string Repository()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "Muster.slnx"))) at = at.Parent ?? throw new InvalidOperationException("no repository above the tests");
        return at.FullName;
    }
}

/// <summary>The same of kinds that measure, while nothing else runs.</summary>
[Collection(nameof(Measuring))]
public class MeasuringKindsTests
{
    public static TheoryData<string> Names => new(ProbeKinds.All.Select(kind => kind.Kind.Name).Where(ProbeKindsTests.Measures));

    [Theory]
    [MemberData(nameof(Names))]
    public Task Every_kind_is_seen_failing_on_its_fixture_and_passing_on_its_twin(string name) => ProbeKindsTests.IsSeenFailing(name);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Every_field_that_is_seen_is_declared(string name) => ProbeKindsTests.IsDeclared(name);
}

[CollectionDefinition(nameof(Measuring), DisableParallelization = true)]
public sealed class Measuring;
