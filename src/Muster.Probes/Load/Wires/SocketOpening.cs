using System.Security.Cryptography;
using System.Text;

namespace Muster.Probes.Load;

/// <summary>How a WebSocket is opened (RFC 6455, 4.1).</summary>
static class SocketOpening
{
    /// <summary>A nonce, not a secret: it shows that the server read this very request.</summary>
    public static string NewKey(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return Convert.ToBase64String(bytes);
    }

    public static byte[] Lines(string key) => Encoding.ASCII.GetBytes($"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n");

#pragma warning disable CA5350 // The protocol says SHA-1; nothing is kept secret by it.
    public static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + WebsocketProbe.Magic)));
#pragma warning restore CA5350

    /// <summary>What is wrong with an answer of 101; null if the WebSocket is open.</summary>
    public static (Failure Failure, string Says)? Wrong(Exchange exchange)
    {
        var head = exchange.Answer.Head.Span;
        if (AnswerHead.Find(head, "upgrade"u8) is not { } to || !to.Trim().Equals("websocket", StringComparison.OrdinalIgnoreCase)) return (Failure.Protocol, "changes to another protocol than a WebSocket's");
        if (AnswerHead.Find(head, "sec-websocket-accept"u8)?.Trim() != Accept(exchange.Key!)) return (Failure.Garbage, "opens a WebSocket with another Sec-WebSocket-Accept than belongs to the request");
        var asked = exchange.Bytes.Span[..exchange.BodyAt];
        if (AnswerHead.Find(head, "sec-websocket-extensions"u8) is { Length: > 0 }) return (Failure.Protocol, "opens a WebSocket with an extension, and none is spoken here");
        return AnswerHead.Find(head, "sec-websocket-protocol"u8) is { } chosen && AnswerHead.Find(asked, "sec-websocket-protocol"u8)?.Split(',', StringSplitOptions.TrimEntries).Contains(chosen.Trim(), StringComparer.Ordinal) != true
            ? (Failure.Protocol, "opens a WebSocket with a subprotocol that nobody asked for") : null;
    }
}
