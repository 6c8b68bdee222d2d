namespace Muster.Cli.Tests;

/// <summary>What ships as packs is whole, and can be made one's own.</summary>
public sealed class PackTests
{
    public static TheoryData<string> Names => new(Packs.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_can_be_included_and_each_of_its_controls_says_why_and_what_to_do(string name)
    {
        using var scratch = new Scratch();
        var shown = await scratch.Done("pack", "show", name, "-f", "json");
        Write(scratch, shown, $"\"pack:{name}\"");

        var ran = await scratch.Run("lint");

        Assert.True(ran.Exit == ExitCode.Done, ran.Talk + ran.Data);
        var reading = Workspace.Read(scratch.PathOf("muster.yaml"), out _);
        Assert.NotEmpty(reading.Document!.Controls);
        Assert.All(reading.Document.Controls, control =>
        {
            Assert.True(control is { Title.Length: > 0, Impact.Length: > 0, Fix.Length: > 0, Severity: not null }, $"{control.Id} does not say what it is, why and what to do");
            Assert.All(control.Proves, line => Assert.Contains(Catalogue.Requirements, requirement => requirement.Id == line));
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Each_can_be_copied_and_the_copy_holds_the_same_controls(string name)
    {
        using var scratch = new Scratch();
        var shown = await scratch.Done("pack", "show", name, "-f", "json");
        await scratch.Done("pack", "copy", name, "-o", "controls/own.yaml");
        Write(scratch, shown, $"\"pack:{name}\"");
        var packed = Workspace.Read(scratch.PathOf("muster.yaml"), out _).Document!;
        Write(scratch, shown, "controls/own.yaml");

        var reading = Workspace.Read(scratch.PathOf("muster.yaml"), out _);

        Assert.True(reading.Document is not null, Readiness.ProblemText.Render(reading.Problems));
        Assert.Equal(packed.Digest, reading.Document!.Digest);
    }

    [Fact]
    public async Task A_copy_takes_our_names_and_values_and_never_writes_over_what_is_there()
    {
        using var scratch = new Scratch();

        await scratch.Done("pack", "copy", "web-edge@1", "--with", "edge=api");
        var again = await scratch.Run("pack", "copy", "web-edge@1");

        var text = File.ReadAllText(scratch.PathOf("controls/web-edge.yaml"));
        Assert.Contains("tls.endpoint: api", text, StringComparison.Ordinal);
        Assert.DoesNotContain(": edge\n", text, StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadInput, again.Exit);
        Assert.Contains("is there already", again.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_not_there_is_told_with_what_may_be_meant()
    {
        using var scratch = new Scratch();
        var ran = await scratch.Run("pack", "show", "web-egde");
        Assert.Equal(ExitCode.BadInput, ran.Exit);
        Assert.Contains("web-edge", ran.Talk, StringComparison.Ordinal);
    }

    /// <summary>A document with a target for each need; an environment that consents, since some packs try things.</summary>
    static void Write(Scratch scratch, Ran shown, string include)
    {
        var needs = ((Readiness.Value.Items)shown.Json["needs"]!).Are.Cast<Readiness.Value.Fields>().Select(need => $"{((Readiness.Value.Text)need["name"]!).Is}: \"https://shop.test\"");
        scratch.Write("muster.yaml", $$"""
            muster: 1
            system: shop
            include: [ {{include}} ]
            environments: { here: { consent: [ active, destructive ] } }
            targets: { {{string.Join(", ", needs)}} }
            gates: { go: { environment: here } }
            """);
    }
}
