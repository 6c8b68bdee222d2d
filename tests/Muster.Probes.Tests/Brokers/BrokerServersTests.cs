using Muster.Servers;

namespace Muster.Probes.Tests.Brokers;

public class BrokerServersTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_RabbitMQ_starts_for_its_own_tools_and_is_gone_when_it_is_disposed()
    {
        int port;
        await using (var server = await RabbitServer.Start(Cancel))
        {
            port = server.Port;
            Assert.Contains(RabbitServer.User, await server.Control(Cancel, "list_users"), StringComparison.Ordinal);
        }

        Assert.False(Ports.IsOpen(port));
    }

    [Fact]
    public async Task A_NATS_server_starts_again_with_other_lines_on_the_same_ports()
    {
        await using var server = await NatsServer.Start([NatsServer.JetStream, NatsServer.User("relay", "relay-password-1")], Cancel);
        Assert.True(Ports.IsOpen(server.MonitorPort));

        await server.Restart([], Cancel);

        Assert.True(Ports.IsOpen(server.Port));
    }
}
