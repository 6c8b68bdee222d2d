using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A connection to Redis over the guard's socket: commands out, replies in.</summary>
sealed class RedisLink : IAsyncDisposable
{
    readonly PeerStream _peer;
    readonly RedisReader _reader;

    RedisLink(PeerStream peer) => (_peer, _reader) = (peer, new(peer.Read));

    public Value.Fields Identity => _peer.Identity;

    public static readonly Parameter[] Connection =
    [
        new("user", Shape.Text, "The user to look as, mostly from the target; the default user where only a password is given."),
        new("password", Shape.Text, "The password; only under targets."),
        new("trust", Shape.Text, "A PEM file of the only trusted roots for rediss://, relative to the document; else this machine's roots."),
    ];

    /// <summary>A connection on which nobody has said who they are: <c>redis://host:port</c>, or <c>rediss://</c> over TLS.</summary>
    public static async Task<RedisLink> Open(Given given, ProbeContext context, CancellationToken cancel)
    {
        var (host, port, tls) = Address(given.Target);
        var peer = await PeerStream.Open(host, port, context, cancel);
        try
        {
            if (tls) await peer.Secure(host, await TrustAnchors.Read(given.Text("trust"), context.Folder, cancel), cancel);
            return new(peer);
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection as the target's own user; as nobody when it names none.</summary>
    public static async Task<RedisLink> OpenAsTold(Given given, ProbeContext context, CancellationToken cancel)
    {
        var (user, password) = Credentials(given, context);
        var link = await Open(given, context, cancel);
        try
        {
            // A server that has lost its password refuses to be given one; that it lets anybody in is what is to be seen.
            if (password is not null && await link.Enter(user, password, cancel) is { } refused && !refused.Says.Contains("without any password", StringComparison.Ordinal)) throw new Unseen(Blind.NotAdmitted, $"the user {user ?? "default"} is not admitted: {refused.Code}");
            return link;
        }
        catch
        {
            await link.DisposeAsync();
            throw;
        }
    }

    public static (string? User, string? Password) Credentials(Given given, ProbeContext context)
    {
        var info = Uri.TryCreate(given.Target, UriKind.Absolute, out var url) ? url.UserInfo.Split(':', 2) : [];
        var password = given.Text("password") ?? (info.Length == 2 ? Uri.UnescapeDataString(info[1]) : null);
        if (password is not null) context.Hide(password);
        return (given.Text("user") ?? (info.Length == 2 && info[0].Length > 0 ? Uri.UnescapeDataString(info[0]) : null), password);
    }

    /// <summary>Says who we are; null when that is admitted, else the refusal.</summary>
    public async Task<RedisReply.Error?> Enter(string? user, string password, CancellationToken cancel) =>
        await Say(cancel, user is null ? ["AUTH", password] : ["AUTH", user, password]) as RedisReply.Error;

    public async Task<RedisReply> Say(CancellationToken cancel, params string[] words)
    {
        var request = new StringBuilder().Append('*').Append(words.Length).Append("\r\n");
        foreach (var word in words) request.Append('$').Append(Encoding.UTF8.GetByteCount(word)).Append("\r\n").Append(word).Append("\r\n");
        await _peer.Write(Encoding.UTF8.GetBytes(request.ToString()), cancel);
        return await _reader.Read(cancel);
    }

    static (string Host, int Port, bool Tls) Address(string target)
    {
        if (!Uri.TryCreate(target, UriKind.Absolute, out var url) || url.Host.Length == 0 || url.Scheme is not ("redis" or "rediss")) return HostAndPort.Read(target, 6379) is var (host, port) ? (host, port, false) : default;
        return (url.IdnHost, url.Port > 0 ? url.Port : 6379, url.Scheme == "rediss");
    }

    public ValueTask DisposeAsync() => _peer.DisposeAsync();
}
