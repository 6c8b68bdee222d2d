using System.Globalization;
using Muster.Probes;
using Muster.Probes.Load;
using Digest = Muster.Readiness.Digest;

namespace Muster.Bench;

/// <summary>Runs of the whole engine with one request, GET /, on the cores that this process may use.</summary>
sealed class LoadTrial(string url)
{
    public LoadTrial(int port) : this(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")) { }

    public Wiring Wiring { get; init; } = new();

    /// <summary>Each user asks again as soon as it was answered, and has thought.</summary>
    public LoadResult Closed(int users, TimeSpan time, TimeSpan think = default) => Run(new LoadModel.ConstantUsers(users, time), users, think);

    /// <summary>So many a second by the schedule.</summary>
    public LoadResult Open(double rate, int users, TimeSpan time) => Run(new LoadModel.ConstantRate(rate, time), users, default);

    public static Sample Rate(LoadResult result) => new(result.All.Requests, result.Over.TotalSeconds);

    LoadResult Run(LoadModel model, int users, TimeSpan think)
    {
        var plan = new LoadPlan
        {
            Target = new(url),
            Wiring = Wiring,
            Scenarios = [new() { Name = "load", Model = model, MostUsers = users, Think = new(think, think), GracefulStop = TimeSpan.FromSeconds(think > TimeSpan.Zero ? 0.1 : 30), Requests = [new() { Name = "get", Url = Template.Of("/"u8.ToArray()) }] }],
        };
        var outcome = LoadRun.Run(plan, new RunnerOptions { Release = Digest.Of("bench"u8) }, new(), CancellationToken.None).GetAwaiter().GetResult();
        if (outcome is not LoadOutcome.Ran { Result: var result }) throw new InvalidOperationException($"nothing was sent: {outcome}");
        return result.All is { Failed: 0, Requests: > 0 } ? result : throw new InvalidOperationException($"{result.All.Failed} of {result.All.Requests} requests failed: {string.Join("; ", result.Doubts)}");
    }
}
