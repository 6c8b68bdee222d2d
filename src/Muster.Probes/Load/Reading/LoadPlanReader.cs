using System.Collections.Immutable;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>A plan, or everything that keeps the form from being one.</summary>
public sealed record LoadReading(LoadPlan? Plan, ImmutableArray<Problem> Problems);

/// <summary>Reads the thresholds of a form; the last tells what is wrong, by path, in a sentence, with the fix.</summary>
/// <param name="scenarios">Whose names and tags a threshold may select by.</param>
public delegate ImmutableArray<Threshold> ThresholdReading(Value thresholds, ImmutableArray<Scenario> scenarios, Action<string, string, string> wrong);

/// <summary>
/// Reads a load plan of its form. The target comes filled: whatever placeholder for a secret is still in the form stands where none may.
/// </summary>
public static class LoadPlanReader
{
    const int MostScenarios = 100;
    const int MostThreads = 64;
    static readonly Threshold Failing = new("http_req_failed", ImmutableSortedDictionary<string, string>.Empty, "rate<0.01") { Implied = true };

    public static LoadReading Read(LoadForm form, LoadFolder folder) => Read(form, folder, static (written, scenarios, wrong) =>
    {
        var (thresholds, problems) = ThresholdReader.Read(written, ThresholdTags.Of(scenarios));
        foreach (var problem in problems) wrong(problem.Path, problem.Says, problem.Fix);
        return thresholds;
    });

    public static LoadReading Read(LoadForm form, LoadFolder folder, ThresholdReading thresholds)
    {
        var problems = new FormProblems(form);
        SecretPlaces(form.Fields, problems);
        var keys = new FormKeys(form.Fields, "", problems);
        var target = TargetReader.Read(keys, folder);
        var wiring = WiringReader.Read(keys, target);
        var scenarios = Scenarios(keys, new(target, folder, problems));
        var plan = new LoadPlan
        {
            Target = target.Url,
            Scenarios = scenarios,
            Others = [.. target.Others.OrderBy(other => other.AbsoluteUri, StringComparer.Ordinal)],
            Wiring = wiring,
            Threads = (int)(keys.Whole("threads", 1, MostThreads) ?? 1),
            Exact = keys.Truth("exact"),
            Memory = Memory(keys.Inner("memory")),
            Identity = Identity(keys.Inner("identity")),
            Headers = [.. target.Headers.Select(header => (header.Name, Encoding.UTF8.GetString(header.Text.Fixed!)))],
            StopAtFailures = keys.Take("stop_at_failures") is { } share ? FormTyped.Share(share, "stop_at_failures", problems) : null,
            Thresholds = keys.Take("thresholds") is { } said ? thresholds(said, scenarios, problems.Add) : [],
        };
        if (!plan.Exact && plan.Thresholds.All(threshold => threshold.Metric != Failing.Metric)) plan = plan with { Thresholds = plan.Thresholds.Add(Failing) };
        keys.Done("a load plan");
        return new(problems.Any ? null : plan, problems.Sorted());
    }

    static ImmutableArray<Scenario> Scenarios(FormKeys keys, PlanScope scope)
    {
        if (!keys.Has("scenarios"))
        {
            keys.Wrong("", "\"scenarios\" is missing.", "Write scenarios: { browse: { rate: 10/s, duration: 30s, get: / } }.");
            return [];
        }

        if (keys.Inner("scenarios") is not { } named) return [];
        if (named.Fields.Count == 0) keys.Wrong("scenarios", "There is no scenario.", "Write one: browse: { rate: 10/s, duration: 30s, get: / }.");
        if (named.Fields.Count > MostScenarios)
        {
            keys.Wrong("scenarios", $"There are {named.Fields.Count} scenarios.", $"Write at most {MostScenarios}.");
            return [];
        }

        var read = ImmutableArray.CreateBuilder<Scenario>();
        foreach (var (name, value) in named.Fields)
        {
            var at = named.At(name);
            if (!ScenarioReader.IsName(name)) scope.Problems.Add(at, $"\"{Bounded.Start(name, 80)}\" cannot be a scenario's name.", "Use up to 64 letters, digits, \".\", \"_\" and \"-\".");
            if (FormKeys.Map(value, at, scope.Problems) is { } inner && ScenarioReader.Read(name, inner, scope) is { } scenario) read.Add(scenario);
        }

        var users = read.Sum(scenario => (long)Users(scenario.Model));
        if (users > ScenarioReader.MostUsers) keys.Wrong("scenarios", $"The scenarios have {users} users together.", $"Write at most {ScenarioReader.MostUsers}; spread a larger load over machines.");
        return read.DrainToImmutable();
    }

    static IdentitySource? Identity(FormKeys? keys)
    {
        if (keys is null) return null;
        var (path, read) = (keys.Text("path"), keys.Text("read"));
        keys.Done("identity");
        if (path is null && !keys.Has("path")) keys.Wrong("", "\"path\" is missing.", "Write identity: { path: /version, read: /digest }.");
        if (path is not null && (!path.StartsWith('/') || path.AsSpan().ContainsAnyInRange('\0', ' '))) keys.Wrong("path", $"\"{path}\" is not a path.", "Write the path at which the target says who it is, as /version.");
        if (read is not null && !read.StartsWith('/')) keys.Wrong("read", $"\"{read}\" is not a JSON Pointer.", "Write it as /digest.");
        return path is null ? null : new(path, read);
    }

    static int Users(LoadModel model) => model switch
    {
        LoadModel.ConstantUsers users => users.Users,
        LoadModel.RampingUsers ramp => (int)ramp.Stages.Max(stage => Math.Max(stage.To, ramp.From)),
        LoadModel.SharedIterations shared => shared.Users,
        LoadModel.IterationsPerUser each => each.Users,
        _ => 0,
    };

    static MemorySource? Memory(FormKeys? keys)
    {
        if (keys is null) return null;
        var (path, metric, pid) = (keys.Text("path"), keys.Text("metric"), keys.Whole("pid", 1, int.MaxValue));
        keys.Done("memory");
        switch (path, metric, pid)
        {
            case ({ } page, { } gauge, null):
                if (!page.StartsWith('/') || page.AsSpan().ContainsAnyInRange('\0', ' ')) keys.Wrong("path", $"\"{page}\" is not a path.", "Write the path of the target's metrics page, as /metrics.");
                return new MemorySource.Page(page, gauge);
            case (null, null, { } id): return new MemorySource.Process((int)id);
            default:
                if (!keys.Problems.Any) keys.Wrong("", "It does not say where the target's memory is read.", "Write { path: /metrics, metric: process_resident_memory_bytes }, or { pid: 1234 } for a process of this machine.");
                return null;
        }
    }

    /// <summary>Anywhere but under the target a secret would travel into names, reports and errors.</summary>
    static void SecretPlaces(Value.Fields form, FormProblems problems)
    {
        foreach (var (name, value) in form)
            if (name != "target") Look(value, name, problems);
    }

    static void Look(Value value, string path, FormProblems problems)
    {
        switch (value)
        {
            case Value.Text { Is: var text } when text.Contains("$(env:", StringComparison.Ordinal) || text.Contains("$(file:", StringComparison.Ordinal):
                problems.Add(path, "A secret stands outside of the target.", "Put it under target: headers:, the only place for $(env:NAME) and $(file:NAME).");
                break;
            case Value.Items items:
                for (var i = 0; i < items.Are.Length; i++) Look(items.Are[i], FormPlaces.Within(path, i), problems);
                break;
            case Value.Fields fields:
                foreach (var (name, inner) in fields) Look(inner, FormPlaces.Within(path, name), problems);
                break;
        }
    }
}
