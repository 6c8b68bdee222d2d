using System.Text.RegularExpressions;

namespace Muster.Cli.Tests;

/// <summary>The scripts of action.yml, run for real over a small workspace with the built executable.</summary>
public sealed partial class ActionTests
{
    public static TheoryData<string, int, string> Verdicts => new()
    {
        { "GO", 0, "the gate is open" }, { "NO-GO", 1, "something that blocks failed" }, { "UNDECIDED", 2, "not proven" }, { "HELD", 5, "waited for" },
    };

    [Theory]
    [MemberData(nameof(Verdicts))]
    public async Task The_job_ends_by_the_verdict_and_everything_is_written_before(string verdict, int exit, string says)
    {
        using var launch = await Ci.Launch(verdict);
        var run = await ActionRun.Of(launch.Folder, ("binary", Executable.Path), ("gate", "go"));

        Assert.Equal((exit, verdict, $"{exit}"), (run.Exit, run.Output("verdict"), run.Output("exit-code")));
        Assert.Contains(says, run.Log, StringComparison.Ordinal);
        Assert.Matches($@"\A## \S+ {verdict}: ", run.Summary);
        Assert.Equal(["annotations.txt", "junit.xml", "messages.txt", "metrics.txt", "muster.sarif", "readiness.html", "report.json", "summary.md"],
            Directory.EnumerateFiles(run.Reports).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Contains("actions/upload-artifact", run.Used);
        Assert.Equal(exit == 0 ? "notice" : "error", Commands(run.Log)[0].Level);
        Assert.Contains($"title={verdict}%3A go in local", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_failed_is_annotated_at_its_line()
    {
        using var launch = await Ci.Launch("NO-GO");
        var run = await ActionRun.Of(launch.Folder, ("binary", Executable.Path));

        var line = Array.FindIndex(await File.ReadAllLinesAsync(launch.Folder.PathOf("muster.yaml"), TestContext.Current.CancellationToken), text => text.Contains("a.fact:", StringComparison.Ordinal)) + 1;
        Assert.Contains(Commands(run.Log), command => command.Level == "error" && command.Says.StartsWith($"file=muster.yaml,line={line},col=3,title=a.fact failed::", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_a_runner_key_the_ledger_stays_the_key_goes_and_the_next_job_goes_on()
    {
        using var launch = await Ci.Launch("NO-GO");
        var key = Ci.RunnerKey();
        var first = await ActionRun.Of(launch.Folder, ("binary", Executable.Path), ("runner-key", key));
        var size = new FileInfo(launch.Folder.PathOf(".muster/ledger/log")).Length;
        var second = await ActionRun.Of(launch.Folder, ("binary", Executable.Path), ("runner-key", key));

        Assert.Equal((1, 1), (first.Exit, second.Exit));
        Assert.Equal(["actions/cache/restore", "actions/cache/save", "actions/upload-artifact"], first.Used);
        Assert.False(File.Exists(launch.Folder.PathOf(".muster/keys/runner.key")));
        Assert.True(File.Exists(launch.Folder.PathOf(".muster/keys/runner.pub")));
        Assert.True(new FileInfo(launch.Folder.PathOf(".muster/ledger/log")).Length > size);
        Assert.DoesNotContain("PRIVATE KEY", first.Log + second.Log, StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(first.Reports)) Assert.DoesNotContain("PRIVATE KEY", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_key_than_the_ledgers_is_4_and_the_job_says_that_there_is_no_verdict()
    {
        using var launch = await Ci.Launch("GO");
        Assert.Equal(0, (await ActionRun.Of(launch.Folder, ("binary", Executable.Path), ("runner-key", Ci.RunnerKey()))).Exit);
        var run = await ActionRun.Of(launch.Folder, ("binary", Executable.Path), ("runner-key", Ci.RunnerKey()));

        Assert.Equal((4, ""), (run.Exit, run.Output("verdict")));
        Assert.StartsWith("## No verdict\n\nMuster ended with 4:", run.Summary, StringComparison.Ordinal);
        Assert.Equal("title=No verdict::", Assert.Single(Commands(run.Log)).Says[.."title=No verdict::".Length]);
    }

    [Theory]
    [InlineData("gate", "\"; touch pwned; echo \"")]
    [InlineData("gate", "$(touch pwned)")]
    [InlineData("gate", "`touch pwned`\n--strict")]
    [InlineData("document", "$(touch pwned)/muster.yaml")]
    [InlineData("document", "--help")]
    [InlineData("args", "; touch pwned\n&& touch pwned")]
    [InlineData("args", "--report=text=/dev/null/x")]
    public async Task What_an_input_says_is_a_word_and_never_a_command(string input, string text)
    {
        using var launch = await Ci.Launch("GO");
        var run = await ActionRun.Of(launch.Folder, ("binary", Executable.Path), (input, text));

        Assert.Equal(3, run.Exit);
        Assert.False(File.Exists(launch.Folder.PathOf("pwned")));
        Assert.Contains("## No verdict", run.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_words_are_passed_on()
    {
        using var launch = await Ci.Launch("NO-GO");
        launch.Change("    title: The fact is so", "    mode: warn\n    title: The fact is so");
        launch.Change("gates:", "  b.fact: { check: { file: { path: facts.json, read: /ok }, expect: { value: true } } }\ngates:");
        var run = await ActionRun.Of(launch.Folder, ("binary", Executable.Path), ("args", "--strict\n--jobs=2"));

        Assert.Equal((10, "CONDITIONAL GO"), (run.Exit, run.Output("verdict")));
    }

    [Fact]
    public async Task What_somebody_wrote_into_the_document_is_no_command_of_the_runner()
    {
        using var launch = await Ci.Launch("NO-GO");
        launch.Change("title: The fact is so", "title: \"::add-mask::so ::error::so ::stop-commands::so " + string.Concat(Enumerable.Repeat("::error::so ", 40)) + "\"");
        var run = await ActionRun.Of(launch.Folder, ("binary", Executable.Path), ("args", "--verbose"));

        Assert.Equal(1, run.Exit);
        Assert.All(Commands(run.Log), command => Assert.Matches("(title=NO-GO%3A go in local|title=a.fact failed)::", command.Says));
    }

    [Fact]
    public async Task Without_a_binary_it_is_built_from_the_source_of_the_action()
    {
        using var launch = await Ci.Launch("GO");
        Directory.CreateDirectory(launch.Folder.PathOf(".action"));
        launch.Folder.Write("path/dotnet", $"#!/bin/sh\n[ \"$*\" = 'run build.cs -- pack' ] || exit 9\nmkdir -p artifacts && ln -s '{Executable.Path}' artifacts/muster\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(launch.Folder.PathOf("path/dotnet"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var script = Yaml.Read("action.yml").Items("runs", "steps").Single(step => step.Text("id") == "muster").Text("run")!;
        var variables = new Dictionary<string, string>
        {
            ["MUSTER_BINARY"] = "", ["MUSTER_SOURCE"] = launch.Folder.PathOf(".action"), ["GITHUB_OUTPUT"] = launch.Folder.PathOf("output"),
            ["PATH"] = launch.Folder.PathOf("path") + ":" + Environment.GetEnvironmentVariable("PATH"),
        };

        var ran = await Shell.Run(launch.Folder.Folder, script, variables, "bash", "--noprofile", "--norc", "-eo", "pipefail");

        Assert.True(ran.Exit == 0, ran.Talk);
        Assert.Equal($"program={launch.Folder.PathOf(".action/artifacts/muster")}\n", await File.ReadAllTextAsync(launch.Folder.PathOf("output"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_binary_that_is_not_there_is_3()
    {
        using var launch = await Ci.Launch("GO");
        var run = await ActionRun.Of(launch.Folder, ("binary", "bin/none"));

        Assert.Equal((3, "", ""), (run.Exit, run.Output("verdict"), run.Output("exit-code")));
        Assert.Contains("Muster did not run.", run.Log, StringComparison.Ordinal);
    }

    /// <summary>As the runner reads a log: a line that begins with ::, unless commands are stopped.</summary>
    static List<(string Level, string Says)> Commands(string log)
    {
        var found = new List<(string, string)>();
        string? quiet = null;
        foreach (var line in log.Split('\n').Select(line => line.Trim()))
        {
            if (quiet is not null) quiet = line == $"::{quiet}::" ? null : quiet;
            else if (line.StartsWith("::stop-commands::", StringComparison.Ordinal)) quiet = line["::stop-commands::".Length..];
            else if (Command().Match(line) is { Success: true } command) found.Add((command.Groups[1].Value, command.Groups[2].Value));
        }

        return found;
    }

    [GeneratedRegex(@"\A::(\S+?)(?: |::)(.*)\z")]
    private static partial Regex Command();
}
