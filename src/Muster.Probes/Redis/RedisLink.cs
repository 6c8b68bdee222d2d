using System.Globalization;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A connection to Redis over the guard's socket: commands out, replies in.</summary>
sealed class RedisLink : IAsyncDisposable
{
    /// <summary>For who reads what it holds, in place of what it says of itself.</summary>
    public const long MostData = 1L << 50;
    const int MostElement = 64 * 1024 * 1024;
    readonly IAsyncDisposable _peer;
    readonly RedisReader _reader;
    readonly Func<ReadOnlyMemory<byte>, CancellationToken, Task> _write;

    RedisLink(PeerStream peer, bool readsData) => (_peer, _reader, _write, Identity) = (peer, readsData ? new(peer.Read, MostElement) : new(peer.Read), peer.Write, peer.Identity);

    RedisLink(Stream beside) => (_peer, _reader, _write, Identity) = (beside, new(async (into, cancel) => await beside.ReadAsync(into, cancel), MostElement), async (bytes, cancel) => await beside.WriteAsync(bytes, cancel), Value.Fields.Empty);

    public Value.Fields Identity { get; }

    /// <summary>A connection to a server of our own, over a stream that is there already.</summary>
    public static RedisLink Over(Stream stream) => new(stream);

    public static readonly Parameter[] Connection =
    [
        new("user", Shape.Text, "The user to look as, mostly from the target; the default user where only a password is given."),
        new("password", Shape.Text, "The password; only under targets."),
        new("trust", Shape.Text, "A PEM file of the only trusted roots for rediss://, relative to the document; else this machine's roots."),
    ];

    /// <summary>A connection on which nobody has said who they are: <c>redis://host:port</c>, or <c>rediss://</c> over TLS.</summary>
    public static async Task<RedisLink> Open(Given given, ProbeContext context, CancellationToken cancel, bool readsData = false)
    {
        var (host, port, tls) = Address(given.Target);
        var peer = readsData ? await PeerStream.Open(host, port, context, cancel, MostData) : await PeerStream.Open(host, port, context, cancel);
        try
        {
            if (tls) await peer.Secure(host, await TrustAnchors.Read(given.Text("trust"), context.Folder, cancel), cancel);
            return new(peer, readsData);
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection as the target's own user; as nobody when it names none.</summary>
    public static async Task<RedisLink> OpenAsTold(Given given, ProbeContext context, CancellationToken cancel, bool readsData = false)
    {
        var (user, password) = Credentials(given, context);
        var link = await Open(given, context, cancel, readsData);
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

    public async Task<RedisReply> Say(CancellationToken cancel, params string[] words) => (await Say([[.. words.Select(word => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(word))]], cancel))[0];

    /// <summary>Several commands at once, each of words that may be any bytes, and their replies in that order.</summary>
    public async Task<RedisReply[]> Say(IReadOnlyList<ReadOnlyMemory<byte>[]> commands, CancellationToken cancel)
    {
        var request = new MemoryStream();
        foreach (var words in commands)
        {
            request.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"*{words.Length}\r\n")));
            foreach (var word in words)
            {
                request.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"${word.Length}\r\n")));
                request.Write(word.Span);
                request.Write("\r\n"u8);
            }
        }

        await _write(request.GetBuffer().AsMemory(0, (int)request.Length), cancel);
        var replies = new RedisReply[commands.Count];
        for (var i = 0; i < replies.Length; i++) replies[i] = await _reader.Read(cancel);
        return replies;
    }

    static (string Host, int Port, bool Tls) Address(string target)
    {
        if (!Uri.TryCreate(target, UriKind.Absolute, out var url) || url.Host.Length == 0 || url.Scheme is not ("redis" or "rediss")) return HostAndPort.Read(target, 6379) is var (host, port) ? (host, port, false) : default;
        return (url.IdnHost, url.Port > 0 ? url.Port : 6379, url.Scheme == "rediss");
    }

    public ValueTask DisposeAsync() => _peer.DisposeAsync();
}
