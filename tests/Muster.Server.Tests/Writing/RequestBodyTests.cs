using System.IO.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Muster.Server.Projects;
using Muster.Server.Writing;
using Muster.Telemetry.Store;

namespace Muster.Server.Tests.Writing;

public sealed class RequestBodyTests
{
    const int Most = 1 << 20;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static Task<RunningServer> Server() => RunningServer.Start(change: options => options with { MostRequestBytes = Most });

    static Project Of(RunningServer server) => server.Services.GetRequiredService<ProjectSet>().Named(ProjectSet.Default)!;

    [Fact]
    public async Task Who_only_says_that_much_will_come_takes_little()
    {
        await using var server = await RunningServer.Start();
        var project = Of(server);
        var pipe = new Pipe();
        var reading = RequestBody.Read(pipe.Reader.AsStream(), 60 << 20, 64 << 20, project, Cancel).AsTask();
        Assert.InRange(project.Held, 1, 1 << 20);
        await pipe.Writer.WriteAsync(new byte[3], Cancel);
        await pipe.Writer.CompleteAsync();
        using (var body = await reading) Assert.Equal(3, body.Span.Length);
        Assert.Equal(0, project.Held);
    }

    [Fact]
    public async Task A_project_that_has_too_much_under_way_is_to_come_back_and_nothing_is_lost_count_of()
    {
        await using var server = await Server();
        var project = Of(server);
        var bodies = new List<RequestBody>();
        await Assert.ThrowsAsync<StoreUnavailable>(async () =>
        {
            for (var at = 0; at < 100; at++) bodies.Add(await RequestBody.Read(new MemoryStream(new byte[Most - 1]), null, Most, project, Cancel));
        });
        Assert.InRange(bodies.Count, 2, 8);
        foreach (var body in bodies) body.Dispose();
        Assert.Equal(0, project.Held);
        using var again = await RequestBody.Read(new MemoryStream(new byte[Most]), null, Most, project, Cancel);
        Assert.Equal(Most, again.Span.Length);
    }

    [Fact]
    public async Task Places_to_write_are_bounded_and_given_back()
    {
        await using var server = await Server();
        var project = Of(server);
        var places = new List<IDisposable>();
        for (var at = 0; at < 8; at++) places.Add(await project.Enter(Cancel));
        var waiting = project.Enter(Cancel).AsTask();
        Assert.False(waiting.IsCompleted);
        places[0].Dispose();
        (await waiting).Dispose();
        foreach (var place in places[1..]) place.Dispose();
    }
}
