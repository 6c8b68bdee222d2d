using System.Net;
using System.Net.Sockets;
using Muster.Probes.Load;
using Muster.Servers;

namespace Muster.Probes.Tests.Load.Wires;

public class HandlesTests
{
    const string Child = "MUSTER_FEW_HANDLES";
    const int Most = 200;

    /// <summary>In a process of its own, whose limit is lowered: the test starts itself there.</summary>
    [Fact]
    public async Task When_the_file_handles_are_used_up_each_send_says_so_with_the_limit()
    {
        if (Environment.GetEnvironmentVariable(Child) is not null)
        {
            await UseUp();
            return;
        }

        using var folder = new ServerFolder();
        var said = await ServerProcess.Run(folder, "prlimit", [$"--nofile={Most}:{Most}", Environment.ProcessPath!, .. Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? (string[])[typeof(HandlesTests).Assembly.Location] : [],
            "-noLogo", "-noColor", "-class", typeof(HandlesTests).FullName!], TestContext.Current.CancellationToken, (Child, "1"));

        Assert.Contains("Total: 3, Errors: 0, Failed: 0", said, StringComparison.Ordinal);
    }

    static async Task UseUp()
    {
        Assert.Equal(Most, Libc.MostHandles());
        // Nobody takes the connections: they stand all the same, and cost the listener no handle.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1024);
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        using var trial = new WireTrial();
        var exchanges = Enumerable.Range(0, 300).Select(_ => trial.New(port)).ToArray();

        await trial.Ask(exchanges, within: 1);

        var without = exchanges.Where(exchange => exchange.Failure == Failure.NoHandles).ToArray();
        Assert.InRange(without.Length, 100, 299);
        Assert.All(without, exchange => Assert.Equal($"no file handle is left for a connection: this process may have {Most} open at once; raise it (ulimit -n), or use fewer users", exchange.Detail));
        Assert.All(exchanges.Except(without), exchange => Assert.Equal(Failure.Timeout, exchange.Failure));
        Assert.Equal(300, trial.Overs);
    }

    [Theory]
    [InlineData("epoll")]
    [InlineData("sockets")]
    public async Task Without_a_port_of_its_own_no_other_address_is_tried(string kind)
    {
        if (Environment.GetEnvironmentVariable(Child) is not null) return;
        var dials = 0;
        var guard = new OutboundGuard(dial: (_, _, _) =>
        {
            Interlocked.Increment(ref dials);
            throw new SocketException((int)SocketError.AddressNotAvailable);
        });
        using var trial = new WireTrial(guard: guard, kind: kind);

        var exchange = await trial.Ask(trial.New(9, addresses: [IPAddress.Loopback, IPAddress.Parse("127.0.0.2")]));

        Assert.Equal((Failure.NoPorts, 1), (exchange.Failure, dials));
        Assert.StartsWith("no local port is left to connect to 127.0.0.1:9 from", exchange.Detail, StringComparison.Ordinal);
    }
}
