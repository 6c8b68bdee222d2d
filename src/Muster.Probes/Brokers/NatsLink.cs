using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A connection to a NATS server over the guard's socket, admitted as the target's user: requests out, answers in.</summary>
sealed class NatsLink : IAsyncDisposable
{
    const long MostRead = 32 * 1024 * 1024;
    const int MostFrames = 100_000;
    readonly PeerStream _peer;
    readonly NatsReader _reader;
    readonly string _inbox = "_INBOX." + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
    int _asked, _subscriptions;

    NatsLink(PeerStream peer) => (_peer, _reader) = (peer, new(peer.Read));

    /// <summary>What the server says of itself first of all.</summary>
    public Value Info { get; private set; } = Value.Null;

    /// <summary>Of a cluster any server may take a connection at one address, and it is the cluster that was asked.</summary>
    public Value.Fields Identity => _peer.Identity.With(Info.Text("cluster") is { } cluster ? ("cluster", cluster) : ("server", Info.Text("server_id")));

    public static readonly Parameter[] Connection =
    [
        new("user", Shape.Text, "The user to look as, mostly from the target."),
        new("password", Shape.Text, "The user's password; only under targets."),
        new("token", Shape.Text, "A token in place of user and password; only under targets."),
        new("trust", Shape.Text, "A PEM file of the only trusted roots, relative to the document; else this machine's roots."),
    ];

    public static async Task<NatsLink> Open(Given given, ProbeContext context, CancellationToken cancel)
    {
        if (!Uri.TryCreate(given.Target, UriKind.Absolute, out var url) || url.Scheme is not ("nats" or "tls") || url.Host.Length == 0) throw Given.Wrong("target", "is not nats://host:port or tls://host:port");
        var (user, password) = Brokers.Credentials(given, context);
        if (given.Text("token") is { } hidden) context.Hide(hidden);
        var link = new NatsLink(await PeerStream.Open(url.IdnHost, url.Port > 0 ? url.Port : 4222, context, cancel, MostRead));
        try
        {
            await link.Greet(cancel);
            if (url.Scheme == "tls" || link.Info.Truth("tls_required") == true)
            {
                // What stands behind the greeting came in clear text, from anybody.
                if (!link._reader.IsEmpty) throw new Unseen(Blind.Unreadable, "the server said more than its greeting before TLS");
                await link._peer.Secure(url.IdnHost, await TrustAnchors.Read(given.Text("trust"), context.Folder, cancel), cancel);
            }

            await link.Enter(user, password, given.Text("token"), cancel);
            return link;
        }
        catch
        {
            await link.DisposeAsync();
            throw;
        }
    }

    async Task Greet(CancellationToken cancel)
    {
        if (await _reader.Read(cancel) is not { Operation: "INFO" } greeting) throw new Unseen(Blind.Unreadable, "the server does not begin with INFO, as a NATS server does");
        Info = Brokers.Json(Encoding.UTF8.GetBytes(greeting.Rest)) as Value.Fields ?? throw new Unseen(Blind.Unreadable, "what the server says of itself is no JSON object");
        if (Info.Text("server_id") is null) throw new Unseen(Blind.Unreadable, "the server does not say which one it is (server_id)");
    }

    async Task Enter(string? user, string? password, string? token, CancellationToken cancel)
    {
        var says = Value.Of(("verbose", false), ("pedantic", false), ("lang", "muster"), ("name", "muster"), ("version", "1"), ("protocol", 1), ("headers", true), ("no_responders", true))
            .With(("user", user), ("pass", password), ("auth_token", token));
        await Write($"CONNECT {CanonicalJson.Text(says)}\r\nPING\r\n", cancel);
        while (true)
            switch (await _reader.Read(cancel))
            {
                case { Operation: "PONG" }: return;
                case { Operation: "-ERR" } refused: throw new Unseen(Blind.NotAdmitted, $"the server does not admit {(user ?? (token is null ? "whoever says no name" : "the token"))}: {Said(refused)}");
                case { Operation: "PING" }: await Write("PONG\r\n", cancel); break;
                case { IsMessage: true }: throw new Unseen(Blind.Unreadable, "the server sends messages that nobody asked for");
            }
    }

    /// <summary>The first answer to a request; <see cref="NatsFrame.Operation"/> is <c>-ERR</c> where the server refuses to pass it on.</summary>
    public async Task<NatsFrame> Request(string subject, IEnumerable<(string Name, string Text)> headers, ReadOnlyMemory<byte> payload, CancellationToken cancel)
    {
        // A subscription for each: JetStream hands out messages under their own subjects, and only the subscription tells whose they are.
        var reply = string.Create(CultureInfo.InvariantCulture, $"{_inbox}.{++_asked}");
        var subscription = await Subscribe(reply, cancel);
        await Publish(subject, reply, headers, payload, cancel);
        var answer = await Next(subscription, cancel);
        await Write($"UNSUB {subscription}\r\n", cancel);
        return answer;
    }

    /// <summary>The subscription's own name, by which its messages are told.</summary>
    public async Task<string> Subscribe(string subject, CancellationToken cancel)
    {
        var subscription = (++_subscriptions).ToString(CultureInfo.InvariantCulture);
        await Write($"SUB {Subject(subject)} {subscription}\r\n", cancel);
        return subscription;
    }

    public async Task Publish(string subject, string? reply, IEnumerable<(string Name, string Text)> headers, ReadOnlyMemory<byte> payload, CancellationToken cancel)
    {
        if (Info.Number("max_payload") is { } most && payload.Length > most) throw Given.Wrong("payload", $"is larger than the {most} bytes that the server takes");
        var to = Subject(subject) + (reply is null ? " " : $" {reply} ");
        var head = Head(headers);
        var line = head.Length == 0 ? string.Create(CultureInfo.InvariantCulture, $"PUB {to}{payload.Length}\r\n") : string.Create(CultureInfo.InvariantCulture, $"HPUB {to}{head.Length} {head.Length + payload.Length}\r\n");
        await _peer.Write((byte[])[.. Encoding.UTF8.GetBytes(line), .. head, .. payload.Span, .. "\r\n"u8], cancel);
    }

    /// <summary>The next message of that subscription, or the server's refusal.</summary>
    public async Task<NatsFrame> Next(string subscription, CancellationToken cancel)
    {
        for (var frames = 0; frames < MostFrames; frames++)
            switch (await _reader.Read(cancel))
            {
                case { Operation: "PING" }: await Write("PONG\r\n", cancel); break;
                case { Operation: "-ERR" } refused: return refused;
                case { IsMessage: true } message when message.Subscription == subscription: return message;
            }
        throw new Unseen(Blind.TooLarge, $"the server said {MostFrames} things and not what was waited for");
    }

    /// <summary>What a refusal says, without its quotes.</summary>
    public static string Said(NatsFrame refused) => Bounded.Start(refused.Rest.Trim('\''), 200);

    static byte[] Head(IEnumerable<(string Name, string Text)> headers)
    {
        var head = new StringBuilder();
        foreach (var (name, text) in headers)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAny("\r\n: ") || text.AsSpan().ContainsAny('\r', '\n')) throw Given.Wrong("headers", $"cannot be sent: {Bounded.Start(name, 60)}");
            head.Append(name).Append(": ").Append(text).Append("\r\n");
        }

        return head.Length == 0 ? [] : Encoding.UTF8.GetBytes($"NATS/1.0\r\n{head}\r\n");
    }

    /// <summary>A subject ends at the first space, and a line break would begin a command of its own.</summary>
    static string Subject(string subject) => subject.Length > 0 && !subject.Any(character => char.IsWhiteSpace(character) || char.IsControl(character)) ? subject : throw Given.Wrong("subject", "is empty or has spaces");

    Task Write(string text, CancellationToken cancel) => _peer.Write(Encoding.UTF8.GetBytes(text), cancel);

    public ValueTask DisposeAsync() => _peer.DisposeAsync();
}
