using System.Xml.Linq;

namespace Muster.House.Tests;

public class RoomsTests
{
    static readonly Project[] All = [.. Repository.Under("", ".csproj").Select(path => Project.Read(path, Repository.Read(path)))];

    [Fact]
    public void Each_room_uses_only_the_rooms_that_it_may()
    {
        Wall.Holds(Rooms.Broken(All.Where(project => project.Path.StartsWith("src/", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("Muster.Readiness", "Muster.Ledger")]
    [InlineData("Muster.Probes", "Muster.Ledger")]
    [InlineData("Muster.Ledger", "Muster.Probes")]
    [InlineData("Muster.Telemetry", "Muster.Readiness")]
    [InlineData("Muster.Cli", "Muster.Server")]
    public void A_reference_through_a_wall_is_named(string from, string to)
    {
        var project = Project.Read($"src/{from}/{from}.csproj", $"""<Project><ItemGroup><ProjectReference Include="..\{to}\{to}.csproj" /></ItemGroup></Project>""");

        Assert.Equal($"src/{from}/{from}.csproj: {from} may not use {to}", Assert.Single(Rooms.Broken([project])));
    }

    [Fact]
    public void A_seventh_room_is_refused()
    {
        Assert.Contains("docs/decisions", Assert.Single(Rooms.Broken([Project.Read("src/Muster.Common/Muster.Common.csproj", "<Project/>")])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_room_lies_in_the_folder_of_its_name()
    {
        Assert.All(All, project => Assert.EndsWith($"/{project.Name}/{project.Name}.csproj", project.Path, StringComparison.Ordinal));
    }

    [Fact]
    public void References_do_not_reach_through_a_room_to_the_next()
    {
        Assert.Contains("<DisableTransitiveProjectReferences>true<", Repository.Read("Directory.Build.props"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_solution_holds_every_project_so_that_build_and_test_reach_it()
    {
        var held = XDocument.Parse(Repository.Read("Muster.slnx")).Descendants("Project").Select(project => project.Attribute("Path")!.Value).ToList();

        Assert.NotEmpty(held);
        Wall.Holds(All.Select(project => project.Path).Except(held).Select(path => $"{path} is not in Muster.slnx, so that neither build nor test reaches it"));
    }

    [Fact]
    public void Every_test_project_is_an_executable_that_the_build_finds()
    {
        var tests = All.Where(project => project.Packages.Contains("xunit.v3")).ToList();

        Assert.NotEmpty(tests);
        Assert.All(tests, project => Assert.Matches("^tests/[^/]+[.]Tests/", project.Path));
        Assert.All(tests, project => Assert.Contains("<OutputType>Exe<", Repository.Read(project.Path), StringComparison.Ordinal));
    }

    [Fact]
    public void The_rooms_that_must_not_read_clocks_have_the_analyzer_that_says_so()
    {
        foreach (var room in new[] { "Muster.Readiness", "Muster.Probes", "Muster.Ledger" })
        {
            var project = $"src/{room}/{room}.csproj";
            Assert.Contains("Microsoft.CodeAnalysis.BannedApiAnalyzers", Project.Read(project, Repository.Read(project)).Packages);
            Assert.Contains("""<AdditionalFiles Include="BannedSymbols.txt" />""", Repository.Read(project), StringComparison.Ordinal);
            Assert.Contains("P:System.DateTimeOffset.UtcNow;", Repository.Read($"src/{room}/BannedSymbols.txt"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_package_is_used_and_has_its_line_in_the_decisions()
    {
        var pinned = XDocument.Parse(Repository.Read("Directory.Packages.props")).Descendants("PackageVersion").Select(package => package.Attribute("Include")!.Value).ToList();
        var used = All.SelectMany(project => project.Packages).Distinct().ToList();
        var written = Repository.Read("docs/decisions/dependencies.md");

        Assert.Equal(used.Order(StringComparer.Ordinal), pinned.Order(StringComparer.Ordinal));
        Assert.All(pinned, package => Assert.Contains($"| `{package}` |", written, StringComparison.Ordinal));
    }
}
