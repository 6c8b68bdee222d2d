using Muster.Telemetry.Scraping;

namespace Muster.Telemetry.Tests.Scraping;

public sealed class TargetFilesTests
{
    [Fact]
    public void A_file_that_is_gone_is_no_problem_any_more()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.json", "[{");
        var files = new TargetFiles(folder.Path);
        Assert.Empty(files.Read(["*.json"]));
        files.Keep(["*.json"]);
        Assert.Single(files.Problems);

        File.Delete(path);
        Assert.Empty(files.Read(["*.json"]));
        files.Keep(["*.json"]);
        Assert.Empty(files.Problems);
    }

    [Fact]
    public void A_file_that_two_patterns_name_is_read_once_and_others_are_not()
    {
        using var folder = new TemporaryFolder();
        folder.Write("b.json", """[{"targets": ["b:1"]}]""");
        folder.Write("a.json", """[{"targets": ["a:1"]}]""");
        folder.Write("a.txt", "[{");
        var files = new TargetFiles(folder.Path);
        Assert.Equal(["a:1", "b:1"], files.Read(["*.json", "a.json", "none/*.json", "none.json"]).SelectMany(group => group.Addresses));
        Assert.Empty(files.Problems);
    }

    [Fact]
    public void A_folder_that_cannot_be_looked_into_keeps_its_targets_and_is_told()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a.json", """[{"targets": ["a:1"]}]""");
        var isBarred = false;
        var files = new TargetFiles(folder.Path, (there, pattern) => isBarred ? throw new UnauthorizedAccessException("not for you") : Directory.EnumerateFiles(there, pattern));
        Assert.Single(files.Read(["*.json"]));
        isBarred = true;
        Assert.Equal(["a:1"], files.Read(["*.json"]).SelectMany(group => group.Addresses));
        files.Keep(["*.json"]);
        Assert.Contains("not for you", Assert.Single(files.Problems), StringComparison.Ordinal);
        isBarred = false;
        Assert.Single(files.Read(["*.json"]));
        Assert.Empty(files.Problems);
        files.Keep([]);
        isBarred = true;
        Assert.Empty(files.Read(["*.json"]));
    }
}
