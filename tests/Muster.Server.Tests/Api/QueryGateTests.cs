using Microsoft.Extensions.DependencyInjection;
using Muster.Server.Api;
using Muster.Server.Projects;
using Muster.Server.Tests.Keys;
using Muster.Telemetry.Promql;

namespace Muster.Server.Tests.Api;

public sealed class QueryGateTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static Task<RunningServer> Two() => RunningServer.Start(change: options => options with { QueriesAtOnce = 2, Projects = [new("shop", [KeyTests.Hash("a key of the shop")]), new("bank", [KeyTests.Hash("a key of the bank")])] });

    [Fact]
    public async Task A_project_that_asks_without_end_keeps_no_other_waiting()
    {
        await using var server = await Two();
        var (gate, projects) = (server.Services.GetRequiredService<QueryGate>(), server.Services.GetRequiredService<ProjectSet>());
        using var end = new ManualResetEventSlim();
        var long1 = gate.Run(projects.Named("shop")!, TimeSpan.FromMinutes(1), cancel => Held(end, cancel), Cancel);
        var long2 = gate.Run(projects.Named("shop")!, TimeSpan.FromMinutes(1), cancel => Held(end, cancel), Cancel);
        Assert.Equal(7, await gate.Run(projects.Named("bank")!, TimeSpan.FromSeconds(20), _ => 7, Cancel));
        Assert.False(long1.IsCompleted || long2.IsCompleted);
        end.Set();
        Assert.Equal(2, (await Task.WhenAll(long1, long2)).Sum());
    }

    [Fact]
    public async Task Answers_that_nobody_reads_keep_no_query_waiting_and_are_bounded_together()
    {
        await using var server = await Two();
        var (gate, shop) = (server.Services.GetRequiredService<QueryGate>(), server.Services.GetRequiredService<ProjectSet>().Named("shop")!);
        var read = new TaskCompletionSource();
        Task Slow(long size) => gate.Run(shop, TimeSpan.FromMinutes(1), _ => 1, _ => size, (_, cancel) => read.Task.WaitAsync(cancel), Cancel);
        var half = server.Services.GetRequiredService<TelemetryOptions>().Query.MaxSamples;
        var unread = Enumerable.Range(0, 20).Select(_ => Slow(0)).Append(Slow(half)).Append(Slow(half)).ToList();
        Assert.Equal(7, await gate.Run(shop, TimeSpan.FromSeconds(20), _ => 7, Cancel));
        await Assert.ThrowsAsync<Busy>(() => Slow(1));
        Assert.Equal(7, await gate.Run(shop, TimeSpan.FromSeconds(20), _ => 7, Cancel));
        read.SetResult();
        await Task.WhenAll(unread);
        await Slow(half);
    }

    static int Held(ManualResetEventSlim end, CancellationToken cancel)
    {
        end.Wait(cancel);
        return 1;
    }

    [Fact]
    public async Task A_query_that_takes_too_long_is_ended_and_its_place_is_free()
    {
        await using var server = await Two();
        var (gate, shop) = (server.Services.GetRequiredService<QueryGate>(), server.Services.GetRequiredService<ProjectSet>().Named("shop")!);
        using var never = new ManualResetEventSlim();
        var late = await Assert.ThrowsAsync<QueryProblem>(() => gate.Run(shop, TimeSpan.FromMilliseconds(20), cancel => Held(never, cancel), Cancel));
        Assert.Equal(QueryProblemKind.Timeout, late.Kind);
        Assert.Equal(7, await gate.Run(shop, TimeSpan.FromSeconds(20), _ => 7, Cancel));
    }

    [Fact]
    public async Task Who_asks_for_more_time_than_there_is_does_not_get_it()
    {
        await using var server = await RunningServer.Start(change: options => options with { QueryTime = TimeSpan.FromMilliseconds(20) });
        var (gate, project) = (server.Services.GetRequiredService<QueryGate>(), server.Services.GetRequiredService<ProjectSet>().Named(ProjectSet.Default)!);
        using var never = new ManualResetEventSlim();
        try
        {
            var late = await Assert.ThrowsAsync<QueryProblem>(() => gate.Run(project, TimeSpan.FromDays(1), cancel => Held(never, cancel), Cancel).WaitAsync(TimeSpan.FromSeconds(20), Cancel));
            Assert.Equal(QueryProblemKind.Timeout, late.Kind);
        }
        finally { never.Set(); }
    }
}
