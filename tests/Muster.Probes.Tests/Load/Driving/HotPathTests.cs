using System.Net;
using System.Text;
using Muster.Probes.Load;
using Muster.Probes.Tests.Load.Wires;
using Muster.Readiness;

namespace Muster.Probes.Tests.Load;

/// <summary>What a request costs beside its time, and what none may do to the thread that all share.</summary>
public class HotPathTests
{
    [Fact]
    public async Task A_request_allocates_nothing_once_its_user_is_there()
    {
        await using var peer = Peer.Answering((_, _, _) => "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        // What the first requests need is in both; no tick ends before the run does.
        await Allocated(peer.Port, 2_000);
        var few = await Allocated(peer.Port, 2_000);
        var many = await Allocated(peer.Port, 12_000);

        Assert.True(many - few < 1_000, $"{(many - few) / 10_000.0:0.##} bytes a request");
    }

    /// <summary>Histograms make their buckets when a duration first needs them, which is no request's doing.</summary>
    static void MakeBuckets(params IEnumerable<Latencies> histograms)
    {
        foreach (var histogram in histograms)
            for (var value = 1L; value < Latencies.Beyond; value *= 2) histogram.Add(value);
    }

    static async Task<long> Allocated(int port, long requests)
    {
        var plan = new LoadPlan
        {
            Target = new($"http://127.0.0.1:{port}/"),
            Scenarios = [new() { Name = "load", Model = new LoadModel.SharedIterations(4, requests, TimeSpan.FromMinutes(1)), Requests = [new() { Name = "get", Url = Template.Of("/"u8.ToArray()) }] }],
        };
        long allocated = 0;
        await OwnThread.Run(() =>
        {
            var loop = new EpollLoop(new LoadClock(TimeProvider.System));
            var wire = new EpollWire(loop, plan.Wiring, new OutboundGuard().WaysOut, TrustAnchors.System);
            var writer = new RequestWriter(plan, [new(RequestWriter.Key(plan.Target), new("http", "127.0.0.1", port, [IPAddress.Loopback]))], "test");
            Lane lane = null!;
            lane = new(0, plan, loop, wire, writer, SharedCount.Of(plan), long.MaxValue / 4, tick => lane.Return(tick), loop.Stop);
            var (tick, tally) = (lane.Tick, lane.Tick.Counted[0][0]);
            MakeBuckets(tick.All, tick.Lateness, tick.Done[0], loop.Turns);
            MakeBuckets(tally.Latency, tally.Good, tally.Service, tally.Sending, tally.Waiting, tally.Receiving, tally.Connecting, tally.Blocked);
            tally.Clear();
            tick.Clear();
            var before = GC.GetAllocatedBytesForCurrentThread();
            lane.Run();
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(requests, lane.Answered);
            loop.Dispose();
        });
        return allocated;
    }

    [Theory]
    [InlineData("http://127.0.0.1:PORT//evil:bad/")]
    [InlineData("//")]
    [InlineData("///")]
    [InlineData("http://[")]
    [InlineData("//evil:99999/")]
    [InlineData("\u00e4\u0000")]
    [InlineData("?\uffff")]
    public async Task No_redirect_ends_the_run(string location)
    {
        var port = 0;
        await using var peer = Peer.Answering((_, request, _) => $"HTTP/1.1 302 x\r\nLocation: {(request % 2 == 0 ? location.Replace("PORT", $"{port}", StringComparison.Ordinal) : "next")}\r\nContent-Length: 0\r\n\r\n");
        port = peer.Port;
        var plan = new LoadPlan
        {
            Target = new($"http://127.0.0.1:{port}/"),
            Scenarios = [new() { Name = "load", Cookies = true, Model = new LoadModel.SharedIterations(2, 20, TimeSpan.FromMinutes(1)), Requests = [new() { Name = "get", Url = Template.Of("/"u8.ToArray()), Redirects = 5 }] }],
        };

        var outcome = await LoadRun.Run(plan, new RunnerOptions { Release = Digest.Of("test"u8) }, new(), TestContext.Current.CancellationToken);

        var result = Assert.IsType<LoadOutcome.Ran>(outcome).Result;
        Assert.True(result.Balance.Holds);
        Assert.Equal(20, result.All.Requests);
    }

    [Fact]
    public async Task Where_no_connection_is_kept_the_server_closes_first()
    {
        await using var peer = LoopbackListener.Start(async (stream, cancel) =>
        {
            await Peer.Request(stream, cancel);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), cancel);
        });
        using var trial = new WireTrial(new() { Reuse = Reuse.Never });
        var exchange = trial.New(peer.Port);
        for (var i = 0; i < 50; i++)
        {
            await trial.Ask(exchange);
            Assert.Equal((Failure.None, 200), (exchange.Failure, exchange.Answer.Status));
        }

        // Whoever closes first keeps the port: state 06 is TIME_WAIT (proc_net_tcp(5)), and the third column is where it leads to.
        var kept = File.ReadLines("/proc/net/tcp").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Count(columns => columns[3] == "06" && columns[2] == $"0100007F:{peer.Port:X4}");
        Assert.InRange(kept, 0, 10);
    }
}
