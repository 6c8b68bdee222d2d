namespace Muster.Cli.Tests;

/// <summary>One run, several files.</summary>
public sealed class ReportFilesTests
{
    static readonly string[] Formats = [.. Board.Formats.Select(CommonOptions.Name)];

    [Theory]
    [InlineData("check", "GO", 0)]
    [InlineData("check", "NO-GO", 1)]
    [InlineData("check", "UNDECIDED", 2)]
    [InlineData("check", "HELD", 5)]
    [InlineData("gate", "NO-GO", 2)]
    [InlineData("report", "NO-GO", 2)]
    public async Task Every_format_at_once_and_the_exit_code_is_the_verdicts(string command, string verdict, int exit)
    {
        using var launch = await Ci.Launch(verdict);
        var ran = await launch.Run([command, .. Formats.SelectMany(format => new[] { "--report", $"{format}=out.{format}" })]);

        Assert.Equal((exit, ""), (ran.Exit, command == "check" ? "" : ran.Talk));
        foreach (var format in Formats)
        {
            var written = await File.ReadAllTextAsync(launch.Folder.PathOf("out." + format), TestContext.Current.CancellationToken);
            Assert.True(written.Length > 2 || format == "gitlab", format);
            if (format is not ("html" or "text")) continue;
            Assert.DoesNotContain('\u001b', written);
        }

        Assert.Contains("blocking control", ran.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_holds_what_the_format_prints()
    {
        using var launch = await Ci.Launch("NO-GO");
        await launch.Run("check");
        foreach (var format in Formats.Except(["text"]))
        {
            var printed = await launch.Run("report", "--format", format, "--report", $"{format}=out");
            // Two runs within one command decide once: the same bytes.
            Assert.Equal(printed.Data, await File.ReadAllTextAsync(launch.Folder.PathOf("out"), TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Standard_output_is_a_dash_and_stands_behind_the_board()
    {
        using var launch = await Ci.Launch("NO-GO");
        var ran = await launch.Run("check", "--report", "github=-");

        Assert.Equal(1, ran.Exit);
        Assert.Contains("\n::error title=NO-GO%3A go in local::", ran.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_summary_of_a_job_is_added_to_and_any_other_file_is_written_anew()
    {
        using var launch = await Ci.Launch("GO");
        launch.Folder.Write("summary.md", "what stood before\n");
        launch.Folder.Write("other.md", "what stood before\n");
        var ran = await InProcess.Run(launch.Folder.Folder, host => host with { Variable = name => name == "GITHUB_STEP_SUMMARY" ? launch.Folder.PathOf("summary.md") : host.Variable(name) },
            "check", "--report", "md=summary.md", "--report", "md=other.md");

        Assert.Equal(0, ran.Exit);
        Assert.StartsWith("what stood before\n## ", await File.ReadAllTextAsync(launch.Folder.PathOf("summary.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.StartsWith("## ", await File.ReadAllTextAsync(launch.Folder.PathOf("other.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("junit=none/out.xml", "there is no such folder", "mkdir -p")]
    [InlineData("junit=keys", "it is a folder", "name a file in it")]
    [InlineData("junit", "not FORMAT=FILE", "muster check")]
    [InlineData("junit=", "not FORMAT=FILE", "muster check")]
    [InlineData("xml=out.xml", "xml is not one of text, json", "muster check")]
    public async Task What_cannot_be_written_is_3_before_anything_is_looked_at(string report, string says, string fix)
    {
        using var launch = await Ci.Launch("NO-GO");
        var ran = await launch.Run("check", "--report", report);

        Assert.Equal((3, ""), (ran.Exit, ran.Data));
        Assert.Contains(says, ran.Talk, StringComparison.Ordinal);
        Assert.Contains(fix, ran.Talk, StringComparison.Ordinal);
        Assert.False(Directory.Exists(launch.Folder.PathOf(".muster/ledger")));
    }

    [Fact]
    public async Task Two_formats_in_one_file_are_refused()
    {
        using var launch = await Ci.Launch("GO");
        var ran = await launch.Run("check", "--report", "md=out", "--report", "junit=./out");
        Assert.Equal(3, ran.Exit);
        Assert.Contains("twice", ran.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_document_deep_in_a_working_copy_is_named_from_its_root()
    {
        using var copy = new Scratch();
        Directory.CreateDirectory(copy.PathOf(".git"));
        copy.Write("services/shop/muster.yaml", "muster: 1\nsystem: shop\nenvironments: { local: {} }\ninclude: controls.yaml\ngates: { go: { environment: local } }\n");
        copy.Write("services/shop/controls.yaml", "controls:\n  a.word:\n    title: Nobody looks\n");

        var inRoot = await copy.Run("report", "-d", "services/shop", "-f", "github");
        var inFolder = await InProcess.Run(copy.PathOf("services/shop"), "report", "-f", "github");

        Assert.Contains("::error file=services/shop/controls.yaml,line=2,col=3,title=a.word unmeasured::", inRoot.Data, StringComparison.Ordinal);
        Assert.Equal(inRoot.Data, inFolder.Data);
    }

    [Fact]
    public async Task A_check_of_a_URL_has_its_reports_too()
    {
        using var empty = new Scratch();
        var ran = await empty.Run("check", "https://127.0.0.1:1", "--report", "sarif=out.sarif", "--report", "junit=out.xml");

        Assert.NotEqual(3, ran.Exit);
        Assert.Equal(["out.sarif", "out.xml"], Directory.EnumerateFileSystemEntries(empty.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }
}
