using System.Text.RegularExpressions;

namespace Muster.Cli.Tests;

/// <summary>What deploy/ci offers for pasting: its scripts run for real, its rules read from the tree.</summary>
public sealed partial class PasteTests
{
    public static TheoryData<string, int> Verdicts => new() { { "GO", 0 }, { "NO-GO", 1 }, { "UNDECIDED", 2 }, { "HELD", 5 } };

    [Theory]
    [MemberData(nameof(Verdicts))]
    public async Task The_GitLab_job_ends_by_the_verdict_and_leaves_its_reports_its_ledger_and_no_key(string verdict, int exit)
    {
        using var launch = await Ci.Launch(verdict);
        var key = launch.Folder.Write("secret.pem", Ci.RunnerKey());
        for (var job = 1; job <= 2; job++)
        {
            var ran = await GitLab(launch, new() { ["MUSTER_RUNNER_KEY"] = key });

            Assert.True(exit == ran.Exit, ran.Talk);
            foreach (var report in Reports()) Assert.True(File.Exists(launch.Folder.PathOf(report)), report);
            Assert.StartsWith("## ", await File.ReadAllTextAsync(launch.Folder.PathOf("reports/summary.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
            Assert.False(File.Exists(launch.Folder.PathOf(".muster/keys/runner.key")));
            foreach (var kept in Yaml.Read("deploy/ci/gitlab-ci.yml").Items("readiness", "cache", "paths")) Assert.True(Path.Exists(launch.Folder.PathOf(kept.ToString())), kept.ToString());
        }

        static IEnumerable<string> Reports() => Yaml.Read("deploy/ci/gitlab-ci.yml").Named("readiness", "artifacts", "reports").Select(report => report.Value.ToString());
    }

    [Fact]
    public async Task A_GitLab_job_without_the_key_begins_an_empty_ledger_where_another_was_restored()
    {
        using var launch = await Ci.Launch("GO");
        var key = launch.Folder.Write("secret.pem", Ci.RunnerKey());
        Assert.Equal(0, (await GitLab(launch, new() { ["MUSTER_RUNNER_KEY"] = key })).Exit);

        var ran = await GitLab(launch, []);

        Assert.True(ran.Exit == 0, ran.Talk);
    }

    [Fact]
    public void The_GitLab_job_keeps_ledger_and_reports_when_it_fails_and_never_the_key()
    {
        var job = Yaml.Read("deploy/ci/gitlab-ci.yml").Child("readiness")!;

        Assert.Equal("always", job.Text("cache", "when"));
        Assert.Equal("always", job.Text("artifacts", "when"));
        Assert.DoesNotContain(job.Items("cache", "paths").Concat(job.Items("artifacts", "paths")), path => ".muster/keys/runner.key".StartsWith(path.ToString().TrimEnd('/'), StringComparison.Ordinal));
        Assert.Null(job.Child("allow_failure"));
    }

    [Theory]
    [MemberData(nameof(Verdicts))]
    public async Task The_Jenkins_stage_ends_by_the_verdict_and_leaves_its_reports_and_no_key(string verdict, int exit)
    {
        using var launch = await Ci.Launch(verdict);
        var text = await File.ReadAllTextAsync(Path.Combine(Yaml.Repository, "deploy/ci/Jenkinsfile"), TestContext.Current.CancellationToken);
        var blocks = Block().Matches(text).Select(found => found.Groups[1].Value).ToList();
        var variables = new Dictionary<string, string>
        {
            ["MUSTER"] = Executable.Path, ["MUSTER_GATE"] = "go", ["MUSTER_RUNNER_KEY"] = launch.Folder.Write("secret.pem", Ci.RunnerKey()),
        };

        var ran = await Shell.Run(launch.Folder.Folder, blocks[0], variables, "sh", "-xe");
        var after = await Shell.Run(launch.Folder.Folder, blocks[1], variables, "sh", "-xe");

        Assert.Equal(2, blocks.Count);
        Assert.True(exit == ran.Exit, ran.Talk);
        Assert.Equal(0, after.Exit);
        Assert.All(["junit.xml", "summary.md", "readiness.html", "muster.sarif"], report => Assert.True(File.Exists(launch.Folder.PathOf("reports/" + report)), report));
        Assert.False(File.Exists(launch.Folder.PathOf(".muster/keys/runner.key")));
        Assert.DoesNotContain("PRIVATE KEY", ran.Data + ran.Talk, StringComparison.Ordinal);
        Assert.DoesNotMatch("sh\\s+\"", text);
    }

    [Theory]
    [InlineData("action.yml")]
    [InlineData("deploy/ci/github.yml")]
    public void Every_other_action_is_pinned_by_its_commit_and_no_script_is_filled_from_an_expression(string file)
    {
        var text = File.ReadAllText(Path.Combine(Yaml.Repository, file));
        var steps = Steps(file);

        Assert.All(steps.Select(step => step.Text("uses")).OfType<string>(), uses => Assert.Matches("@[0-9a-f]{40}$", uses));
        Assert.All(steps.Select(step => step.Text("run")).OfType<string>(), run => Assert.DoesNotContain("${{", run, StringComparison.Ordinal));
        Assert.DoesNotContain("pull_request_target", text, StringComparison.Ordinal);
        Assert.All(steps.Where(step => step.Text("uses")?.StartsWith("actions/cache/save", StringComparison.Ordinal) == true || step.Text("uses")?.StartsWith("actions/upload-artifact", StringComparison.Ordinal) == true),
            step => Assert.Contains("always()", step.Text("if"), StringComparison.Ordinal));
        Assert.All(steps.Select(step => step.Text("with", "path")).OfType<string>(), path => Assert.DoesNotContain("runner.key", path, StringComparison.Ordinal));
    }

    [Fact]
    public void The_GitHub_workflow_may_read_and_no_more_and_gives_the_action_inputs_that_it_has()
    {
        var workflow = Yaml.Read("deploy/ci/github.yml");
        var inputs = Yaml.Read("action.yml").Named("inputs").Select(input => input.Key).ToList();

        Assert.Equal([KeyValuePair.Create("contents", "read")], workflow.Named("permissions").Select(permission => KeyValuePair.Create(permission.Key, permission.Value.ToString())));
        Assert.All(workflow.Named("jobs"), job => Assert.Null(job.Value.Child("permissions")));
        Assert.All(Steps("deploy/ci/github.yml").Where(step => step.Text("uses")!.StartsWith("OWNER/muster@", StringComparison.Ordinal)).SelectMany(step => step.Named("with")), with => Assert.Contains(with.Key, inputs));
        Assert.Contains(Steps("deploy/ci/github.yml"), step => step.Text("uses")!.StartsWith("OWNER/muster@", StringComparison.Ordinal));
    }

    static List<YamlDotNet.RepresentationModel.YamlNode> Steps(string file)
    {
        var root = Yaml.Read(file);
        return [.. root.Items("runs", "steps"), .. root.Named("jobs").SelectMany(job => job.Value.Items("steps"))];
    }

    /// <summary>The lines of the script in one shell that stops at the first failure, then those of after_script in another, whatever came before.</summary>
    static async Task<Ran> GitLab(Launch launch, Dictionary<string, string> variables)
    {
        var job = Yaml.Read("deploy/ci/gitlab-ci.yml").Child("readiness")!;
        foreach (var (name, value) in job.Named("variables")) variables.TryAdd(name, value.ToString());
        (variables["MUSTER"], variables["MUSTER_GATE"]) = (Executable.Path, "go");
        var ran = await Shell.Run(launch.Folder.Folder, string.Join('\n', job.Items("script")), variables, "bash", "-eo", "pipefail");
        Assert.Equal(0, (await Shell.Run(launch.Folder.Folder, string.Join('\n', job.Items("after_script")), variables, "bash", "-eo", "pipefail")).Exit);
        return ran;
    }

    [GeneratedRegex("sh '''\n(.*?)'''", RegexOptions.Singleline)]
    private static partial Regex Block();
}
