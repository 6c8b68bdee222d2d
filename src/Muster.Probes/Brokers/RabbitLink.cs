using System.Net;
using System.Net.Sockets;
using Muster.Readiness;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Muster.Probes;

/// <summary>A connection to RabbitMQ by its own client, over the guard's socket: no recovery of its own, no name resolved by it, bounded frames.</summary>
sealed class RabbitLink(IConnection connection, Value.Fields identity, GuardedTcp tcp) : IAsyncDisposable
{
    const uint MostMessage = 1024 * 1024;
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    public IConnection Connection => connection;

    public Value.Fields Identity => identity;

    /// <summary>Ends it without a word: a broker that blocks whoever publishes hears no goodbye, and would be waited for.</summary>
    public void Cut() => tcp.Close();

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    public static async Task<RabbitLink> Open(Given given, Uri url, ProbeContext context, CancellationToken cancel)
    {
        var (user, password) = Brokers.Credentials(given, context);
        var tls = url.Scheme == "amqps";
        var port = url.Port > 0 ? url.Port : tls ? 5671 : 5672;
        var trust = await TrustAnchors.Read(given.Text("trust"), context.Folder, cancel);
        var addresses = await context.Addresses(url.IdnHost, cancel);
        var path = url.AbsolutePath.Trim('/');
        var tcp = new GuardedTcp(context, url.IdnHost, tls ? trust : null);
        var factory = new ConnectionFactory
        {
            HostName = addresses[0].ToString(), Port = port, UserName = user ?? ConnectionFactory.DefaultUser, Password = password ?? ConnectionFactory.DefaultPass,
            VirtualHost = given.Text("vhost") ?? (path.Length > 0 ? Uri.UnescapeDataString(path) : "/"), ClientProvidedName = "muster", AutomaticRecoveryEnabled = false, TopologyRecoveryEnabled = false,
            RequestedConnectionTimeout = Longest, ContinuationTimeout = Longest, HandshakeContinuationTimeout = Longest, MaxInboundMessageBodySize = MostMessage,
            SocketFactory = _ => tcp,
        };
        try
        {
            var connection = await factory.CreateConnectionAsync(cancel);
            return new(connection, Value.Of(("address", new IPEndPoint(addresses[0], port).ToString())).With(("leaf", tcp.Leaf is { } leaf ? leaf : (Value?)null), ("server", Node(connection))), tcp);
        }
        catch (BrokerUnreachableException failed)
        {
            tcp.Dispose();
            throw Refused(failed);
        }
    }

    static Value? Node(IConnection connection) => connection.ServerProperties?.TryGetValue("cluster_name", out var name) == true && name is byte[] bytes ? HttpProbe.Text(bytes) : null;

    static Unseen Refused(BrokerUnreachableException failed)
    {
        for (Exception? at = failed; at is not null; at = at.InnerException)
            switch (at)
            {
                case Unseen unseen: return unseen;
                case AuthenticationFailureException or PossibleAuthenticationFailureException: return new(Blind.NotAdmitted, "RabbitMQ does not admit the user", failed);
                case OperationInterruptedException { ShutdownReason.ReplyCode: 403 or 530 } refused: return new(Blind.NotAdmitted, $"RabbitMQ does not admit the user: {refused.ShutdownReason!.ReplyText}", failed);
                case SocketException broken: return new(Blind.Unreachable, broken.Message, failed);
            }

        return new(Blind.Unreadable, $"no connection as RabbitMQ makes one: {Bounded.Start((failed.InnerException ?? failed).Message, 200)}", failed);
    }
}
