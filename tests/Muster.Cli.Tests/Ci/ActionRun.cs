using System.Text;
using System.Text.RegularExpressions;

namespace Muster.Cli.Tests;

/// <summary>
/// Runs the composite action as its runner would: steps in order, expressions filled into environments alone, conditions asked, a failed step leaves only those with always().
/// What another action does (<c>uses</c>) is left out, and said.
/// </summary>
sealed partial class ActionRun
{
    readonly Dictionary<string, Dictionary<string, string>> _outputs = [];
    readonly Dictionary<string, string> _inputs;
    readonly string _folder, _temporary, _actionPath;
    readonly StringBuilder _log = new();

    ActionRun(string folder, string temporary, string actionPath, Dictionary<string, string> inputs) => (_folder, _temporary, _actionPath, _inputs) = (folder, temporary, actionPath, inputs);

    /// <summary>Of the step that failed; 0 if none did.</summary>
    public int Exit { get; private set; }

    public string Log => _log.ToString();

    public string Summary => File.ReadAllText(Path.Combine(_temporary, "summary.md"));

    public string Reports => _outputs["place"]["reports"];

    /// <summary>The other actions that would have run, in order.</summary>
    public List<string> Used { get; } = [];

    public string Output(string name) => Fill(Yaml.Read("action.yml").Text("outputs", name, "value")!);

    public static async Task<ActionRun> Of(Scratch workspace, params (string Name, string Value)[] given)
    {
        using var temporary = new Scratch();
        var action = Yaml.Read("action.yml");
        var inputs = action.Named("inputs").ToDictionary(input => input.Key, input => input.Value.Text("default") ?? "");
        foreach (var (name, value) in given)
        {
            Assert.True(inputs.ContainsKey(name), $"the action has no input {name}");
            inputs[name] = value;
        }

        var run = new ActionRun(workspace.Folder, workspace.PathOf(".runner"), workspace.PathOf(".action"), inputs);
        Directory.CreateDirectory(run._temporary);
        await File.WriteAllTextAsync(Path.Combine(run._temporary, "summary.md"), "");
        foreach (var step in action.Items("runs", "steps"))
            if (run.Asked(step.Text("if"))) await run.Step(step);
        return run;
    }

    async Task Step(YamlDotNet.RepresentationModel.YamlNode step)
    {
        if (step.Text("uses") is { } uses)
        {
            Used.Add(uses.Split('@')[0]);
            foreach (var (_, value) in step.Named("with")) Fill(((YamlDotNet.RepresentationModel.YamlScalarNode)value).Value!);
            return;
        }

        Assert.Equal("bash", step.Text("shell"));
        var output = Path.Combine(_temporary, "output");
        await File.WriteAllTextAsync(output, "");
        var variables = new Dictionary<string, string> { ["RUNNER_TEMP"] = _temporary, ["GITHUB_OUTPUT"] = output, ["GITHUB_STEP_SUMMARY"] = Path.Combine(_temporary, "summary.md"), ["GITHUB_WORKSPACE"] = _folder };
        foreach (var (name, value) in step.Named("env")) variables[name] = Fill(((YamlDotNet.RepresentationModel.YamlScalarNode)value).Value!);
        var ran = await Shell.Run(_folder, step.Text("run")!, variables, "bash", "--noprofile", "--norc", "-eo", "pipefail");
        _log.Append(ran.Data).Append(ran.Talk);
        if (step.Text("id") is { } id)
            _outputs[id] = File.ReadAllLines(output).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        if (Exit == 0) Exit = ran.Exit;
    }

    bool Asked(string? condition)
    {
        if (condition is null) return Exit == 0;
        var parts = condition.Trim().TrimStart('$').Trim('{', '}', ' ').Split("&&").Select(part => part.Trim()).ToList();
        return (parts.Remove("always()") || Exit == 0) && parts.TrueForAll(part =>
        {
            var found = Comparison().Match(part);
            Assert.True(found.Success, $"a condition that this runner does not know: {part}");
            return Value(found.Groups[1].Value) == found.Groups[3].Value == (found.Groups[2].Value == "==");
        });
    }

    string Fill(string text) => Expression().Replace(text, found => Value(found.Groups[1].Value));

    string Value(string name) => name.Split('.') switch
    {
        ["inputs", var input] => _inputs[input],
        ["steps", var step, "outputs", var output] => _outputs.GetValueOrDefault(step)?.GetValueOrDefault(output) ?? "",
        ["github", "action_path"] => _actionPath,
        ["github", "run_id"] => "7",
        ["github", "run_attempt"] => "1",
        _ => throw new NotSupportedException($"the expression {name}"),
    };

    [GeneratedRegex(@"\$\{\{ ([a-z_.-]+) \}\}")]
    private static partial Regex Expression();

    [GeneratedRegex(@"\A([a-z_.-]+) (==|!=) '([^']*)'\z")]
    private static partial Regex Comparison();
}
