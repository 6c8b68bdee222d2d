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
            new("message", Shape.Text, "The first text that came, whole, at most 16 KiB; not observed when none came in time."),
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
