using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

static class WebsocketKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "websocket",
        Says = "Opens a WebSocket, says something, hears the answer, closes; and comes again as a page of a foreign origin.",
        Target = TargetShape.Url,
        Parameters =
        [
            new("path", Shape.Text, "The path of the socket.") { Default = "/" },
            new("protocol", Shape.Text, "The subprotocol that is asked for."),
            new("origin", Shape.Text, "The origin that the page is of, as https://shop.test."),
            new("foreign", Shape.Text, "An origin that must be refused."),
            new("send", Shape.Text, "A text that is sent once the socket is open."),
            new("headers", Shape.Map, "Request headers; those of the target are sent too."),
            new("wait", Shape.Duration, "How long the first message may take.") { Default = 5 },
            new("trust", Shape.Text, "A PEM file of the only trusted roots, relative to the document; else this machine's roots."),
        ],
        Fields =
        [
            new("opened", Shape.Truth, "Whether the server went over to WebSocket: 101, with the right Sec-WebSocket-Accept."),
            new("status", Shape.Number, "The status of the answer to the handshake."),
            new("protocol", Shape.Text, "The subprotocol that the server chose; empty for none."),
            new("message", Shape.Text, "The first text that came, at most 16 KiB; not observed when none came in time."),
            new("round_trip", Shape.Duration, "From sending until that text came."),
            new("pong", Shape.Truth, "Whether a ping was answered with the same bytes."),
            new("close_code", Shape.Number, "The code with which the server answered our closing, 1000 for well; 0 where it did not answer."),
            new("foreign_status", Shape.Number, "Under \"foreign\": the status for that origin; 0 where the connection was ended without an answer."),
            new("foreign_refused", Shape.Truth, "Under \"foreign\": whether that origin was refused, with 4xx or by ending the connection."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("opened", true)),
        Population = "sockets",
        Deadline = TimeSpan.FromSeconds(20),
        Pitfalls =
        [
            "A browser sends cookies to any WebSocket: without a check of the origin every page can open one as its visitor. Say foreign.",
            "A proxy may answer 101 for a dead service behind it; send something and expect message.",
            "That a foreign origin is refused counts beside one that is let in.",
        ],
        Example = "check: { websocket: api, path: /live, origin: \"https://shop.test\", foreign: \"https://shop.test.muster.invalid\", expect: { foreign_refused: true } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, WebsocketProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var sick = LoopbackSocket.Start(checksOrigin: false);
        await using var well = LoopbackSocket.Start(checksOrigin: true);
        Task<Witnessed> Look(LoopbackSocket at) => Stage.Look(Declaration, Value.Of(("target", at.Address), ("origin", "https://shop.test"), ("foreign", "https://muster.invalid"), ("send", "hello")), cancel,
            Stage.Is("opened", true, Shape.Truth), Stage.Is("message", "hello", Shape.Text), Stage.Is("foreign_refused", true, Shape.Truth));
        return new("websocket", "a socket that takes any page's visitors, beside one that looks at the origin", await Look(sick), await Look(well));
    }
}

static class WebsocketProbe
{
    /// <summary>RFC 6455, 1.3.</summary>
    public const string Magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    const int MostMessage = 16 * 1024;
    const int MostFrames = 1000;

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var target = given.Target.StartsWith("ws", StringComparison.OrdinalIgnoreCase) ? "http" + given.Target[2..] : given.Target;
        var asked = new Given(question with { Parameters = question.Parameters.With("target", ((question.Parameters["target"] as Value.Fields) ?? Value.Fields.Empty).With("address", target)) });
        var (status, protocol, accepted, http) = await Shake(asked, given.Text("origin"), context, cancel);
        await using var socket = http;
        var seen = Value.Of(("opened", accepted), ("status", status), ("protocol", protocol));
        if (accepted) seen = await Talk(seen, socket, given, context, cancel);
        if (given.Text("foreign") is { } foreign)
        {
            var (theirs, _, taken, other) = await Shake(asked, foreign, context, cancel);
            await using var stranger = other;
            seen = seen.With("foreign_status", theirs).With("foreign_refused", !taken && theirs is (0 or >= 400 and < 500));
        }

        await using var last = await RawHttp.Open(asked, context, cancel);
        return new() { Observation = seen, Population = 1, Before = socket.Identity, After = last.Identity };
    }

    static async Task<(int Status, string Protocol, bool Accepted, RawHttp Http)> Shake(Given given, string? origin, ProbeContext context, CancellationToken cancel)
    {
        var http = await RawHttp.Open(given, context, cancel);
        try
        {
            var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
            var path = HttpRequestLine.UrlOf(given.Target, given.Text("path") ?? "/").PathAndQuery;
            var lines = new List<(string Name, string Text)> { ("Host", http.Host), ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", key) };
            if (given.Text("protocol") is { } wanted) lines.Add(("Sec-WebSocket-Protocol", wanted));
            if (origin is not null) lines.Add(("Origin", origin));
            lines.AddRange(given.Pairs("headers"));
            if (lines.Any(line => line.Name.AsSpan().ContainsAny(":\r\n ") || line.Text.AsSpan().ContainsAny("\r\n"))) throw Given.Wrong("headers", "cannot be sent");
            await http.Write($"GET {path} HTTP/1.1\r\n{string.Concat(lines.Select(line => $"{line.Name}: {line.Text}\r\n"))}\r\n", cancel);
            var (status, head) = await http.Answer(cancel);
            string? Header(string name) => head.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)) is { } line ? line[(name.Length + 1)..].Trim() : null;
#pragma warning disable CA5350 // What RFC 6455 asks for; nothing is kept secret by it.
            var right = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Magic)));
#pragma warning restore CA5350
            return (status, Header("Sec-WebSocket-Protocol") ?? "", status == 101 && Header("Sec-WebSocket-Accept") == right, http);
        }
        catch
        {
            await http.DisposeAsync();
            throw;
        }
    }

    static async Task<Value.Fields> Talk(Value.Fields seen, RawHttp http, Given given, ProbeContext context, CancellationToken cancel)
    {
        var wait = TimeSpan.FromSeconds(given.Seconds("wait", 5));
        var token = RandomNumberGenerator.GetBytes(8);
        var began = context.Clock.GetTimestamp();
        if (given.Text("send") is { } text) await Send(http, 1, Encoding.UTF8.GetBytes(text), cancel);
        await Send(http, 9, token, cancel);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(wait);
        var (message, pong) = ((string?)null, false);
        try
        {
            for (var frames = 0; frames < MostFrames && !(pong && (message is not null || given.Text("send") is null)); frames++)
            {
                var (code, payload) = await Receive(http, patience.Token);
                if (code == 10) pong |= payload.AsSpan().SequenceEqual(token);
                else if (code == 8) return Heard(seen, message, pong).With("close_code", payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : 1005);
                else if (code == 1 && message is null)
                {
                    message = Encoding.UTF8.GetString(payload);
                    seen = seen.With("round_trip", HttpProbe.Seconds(context.Clock.GetElapsedTime(began)));
                }
            }

            await Send(http, 8, [0x03, 0xe8], cancel);
            for (var frames = 0; frames < MostFrames; frames++)
                if (await Receive(http, patience.Token) is (8, var payload)) return Heard(seen, message, pong).With("close_code", payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : 1005);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { return Heard(seen, message, pong).With("close_code", 0); }
        catch (IOException) { return Heard(seen, message, pong).With("close_code", 0); }
        return Heard(seen, message, pong).With("close_code", 0);
    }

    static Value.Fields Heard(Value.Fields seen, string? message, bool pong) => message is null ? seen.With("pong", pong) : seen.With("message", message).With("pong", pong);

    /// <summary>One frame, masked as a client's must be (RFC 6455, 5.2).</summary>
    static Task Send(RawHttp http, int code, byte[] payload, CancellationToken cancel)
    {
        if (payload.Length > MostMessage) throw Given.Wrong("send", $"has more than {MostMessage} bytes");
        var mask = RandomNumberGenerator.GetBytes(4);
        byte[] head = payload.Length < 126 ? [(byte)(0x80 | code), (byte)(0x80 | payload.Length)] : [(byte)(0x80 | code), 0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length];
        return http.Write((byte[])[.. head, .. mask, .. payload.Select((octet, i) => (byte)(octet ^ mask[i % 4]))], cancel);
    }

    static async Task<(int Code, byte[] Payload)> Receive(RawHttp http, CancellationToken cancel)
    {
        var head = await http.Exactly(2, cancel);
        long length = head[1] & 0x7f;
        if ((head[1] & 0x80) != 0) throw new Unseen(Blind.Unreadable, "the server masks its frames, which no server may");
        if (length == 126) length = BinaryPrimitives.ReadUInt16BigEndian(await http.Exactly(2, cancel));
        else if (length == 127) length = (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(await http.Exactly(8, cancel)), long.MaxValue);
        if (length > MostMessage) throw new Unseen(Blind.TooLarge, $"a message has more than the {MostMessage} bytes that are read");
        return (head[0] & 0x0f, await http.Exactly((int)length, cancel));
    }
}
