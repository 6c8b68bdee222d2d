using System.Collections.Frozen;
using System.Net.Sockets;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Where logins are tried: a server and the protocol that it speaks. Every try is a connection of its own.</summary>
abstract class LoginDoor(Given given, ProbeContext context)
{
    static readonly FrozenDictionary<string, (string Protocol, int Port, bool Tls)> Schemes = new Dictionary<string, (string, int, bool)>
    {
        ["postgres"] = ("postgres", 5432, false), ["postgresql"] = ("postgres", 5432, false), ["redis"] = ("redis", 6379, false), ["rediss"] = ("redis", 6379, true),
        ["nats"] = ("nats", 4222, false), ["tls"] = ("nats", 4222, true), ["amqp"] = ("amqp", 5672, false), ["amqps"] = ("amqp", 5671, true), ["http"] = ("http", 80, false), ["https"] = ("http", 443, true),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    protected Given Given => given;

    protected ProbeContext Context => context;

    public required string Protocol { get; init; }

    public required string Host { get; init; }

    public required int Port { get; init; }

    public required bool Tls { get; init; }

    /// <summary>The path of the target's address without its first stroke: a database, a virtual host.</summary>
    public required string Path { get; init; }

    /// <summary>Whether one can come in without saying anything, so that this is tried too.</summary>
    public virtual bool HasNobody => true;

    public static LoginDoor Read(Given given, ProbeContext context)
    {
        // A target may carry a password: nothing of it is ever told.
        if (!Uri.TryCreate(given.Target, UriKind.Absolute, out var url) || url.Host.Length == 0 || !Schemes.TryGetValue(url.Scheme, out var scheme))
            throw Given.Wrong("target", $"is no address whose logins can be tried; write one of {string.Join(", ", Schemes.Keys.Order(StringComparer.Ordinal).Select(name => name + "://"))}");
        var protocol = given.Text("protocol") ?? scheme.Protocol;
        if (protocol != scheme.Protocol && (protocol, scheme.Protocol) is not ("rabbitmq_management" or "jwt", "http")) throw Given.Wrong("protocol", $"is {protocol}, and the target's address is of {scheme.Protocol}");
        var (host, port, tls, path) = (url.IdnHost.Trim('[', ']'), url.Port > 0 ? url.Port : scheme.Port, scheme.Tls, Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/')));
        return protocol switch
        {
            "postgres" => new PostgresLoginDoor(given, context) { Protocol = protocol, Host = host, Port = port, Tls = tls, Path = path },
            "redis" => new RedisLoginDoor(given, context) { Protocol = protocol, Host = host, Port = port, Tls = tls, Path = path },
            "nats" => new NatsLoginDoor(given, context) { Protocol = protocol, Host = host, Port = port, Tls = tls, Path = path },
            "amqp" => new AmqpLoginDoor(given, context) { Protocol = protocol, Host = host, Port = port, Tls = tls, Path = path },
            "jwt" => new JwtLoginDoor(given, context) { Protocol = protocol, Host = host, Port = port, Tls = tls, Path = path },
            _ => new HttpLoginDoor(given, context) { Protocol = protocol, Host = host, Port = port, Tls = tls, Path = path },
        };
    }

    /// <summary>Tries once. Whatever goes wrong on the way is unclear, and no refusal: a server that is down refuses nobody.</summary>
    public async Task<LoginAnswer> Try(Login login, CancellationToken cancel)
    {
        try { return await Ask(login, cancel); }
        catch (Unseen unseen) when (unseen.Blind is Blind.Unreachable or Blind.Unreadable or Blind.TooLarge) { return LoginAnswer.Unclear(unseen.Message, null) with { Blind = unseen.Blind }; }
        catch (Exception broken) when (broken is IOException or SocketException) { return LoginAnswer.Unclear(broken.Message, null) with { Blind = Blind.Unreachable }; }
    }

    protected abstract Task<LoginAnswer> Ask(Login login, CancellationToken cancel);

    /// <summary>The connection, over TLS where the address says so.</summary>
    protected async Task<PeerStream> Open(CancellationToken cancel)
    {
        var peer = await PeerStream.Open(Host, Port, Context, cancel, most: 1024 * 1024);
        try
        {
            if (Tls) await Secure(peer, cancel);
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    protected async Task Secure(PeerStream peer, CancellationToken cancel) => await peer.Secure(Host, await TrustAnchors.Read(Given.Text("trust"), Context.Folder, cancel), cancel);
}
