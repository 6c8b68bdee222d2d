using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Brokers;

/// <summary>A real RabbitMQ behind TLS that is ended before it, as by a load balancer.</summary>
public sealed class RabbitOverTlsTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_goes_through_RabbitMQ_over_TLS_by_the_roots_that_are_named_and_by_no_others()
    {
        await using var server = await RabbitServer.Start(Cancel);
        using var authority = LoopbackAuthority.Create();
        using var leaf = authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(30));
        using var trust = new TemporaryFile(authority.PemOfRoot);
        await using var front = LoopbackListener.Start(async (stream, stop) =>
        {
            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = leaf }, stop);
            using var behind = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await behind.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.Port), stop);
            await using var plain = new NetworkStream(behind);
            await Task.WhenAny(tls.CopyToAsync(plain, stop), plain.CopyToAsync(tls, stop));
        });
        var target = Value.Of(("amqp", $"amqps://localhost:{front.Port}"), ("user", RabbitServer.User), ("password", RabbitServer.Password));

        var known = await Probing.Look("broker.canary", ("target", target), ("trust", trust.Path));
        var unknown = await Probing.Look("broker.canary", ("target", target));

        Assert.True(known.Observation is not null, known.Detail);
        Assert.Equal((Value.True, Value.True), (known.Observation["complete"], known.Observation["cleaned"]));
        Assert.Equal(Digest.Of(leaf.RawData).ToString(), known.Before!.Text("leaf"));
        Probing.Blind(unknown, Blind.Unreachable, "no TLS connection");
        Assert.DoesNotContain(RabbitServer.Password, $"{known} {unknown}", StringComparison.Ordinal);
    }
}
