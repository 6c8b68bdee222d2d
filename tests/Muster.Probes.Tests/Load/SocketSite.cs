using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Muster.Probes.Load;
using Muster.Probes.Tests.Load.Wires;

namespace Muster.Probes.Tests.Load;

/// <summary>A server of WebSockets: the framework's own implementation over a raw connection, or, for what no proper server does, bytes by hand.</summary>
static class SocketSite
{
    public const string Opening = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";

    /// <param name="certificate">Makes it a server of wss.</param>
    public static LoopbackListener Start(Func<WebSocket, CancellationToken, Task> talk, X509Certificate2? certificate = null) => LoopbackListener.Start(async (raw, cancel) =>
    {
        var stream = raw;
        if (certificate is not null)
        {
            var secure = new SslStream(raw);
            await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, cancel);
            stream = secure;
        }

        if (await Peer.Request(stream, cancel) is not { } asked) return;
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{Opening}{Accept(asked)}\r\n"), cancel);
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
        try { await talk(socket, cancel); }
        catch (WebSocketException) { return; } // The client left.
    });

    /// <summary>Opens the WebSocket, and then does whatever it likes with the connection.</summary>
    public static LoopbackListener Raw(Func<Stream, CancellationToken, Task> talk) => LoopbackListener.Start(async (stream, cancel) =>
    {
        if (await Peer.Request(stream, cancel) is not { } asked) return;
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{Opening}{Accept(asked)}\r\n"), cancel);
        await talk(stream, cancel);
    });

    public static string Accept(string asked)
    {
        var at = asked.IndexOf("Sec-WebSocket-Key: ", StringComparison.Ordinal) + 19;
        return $"Sec-WebSocket-Accept: {SocketOpening.Accept(asked[at..asked.IndexOf('\r', at)])}\r\n";
    }

    /// <summary>Says back what it is told until it is told to close, and closes with the same code.</summary>
    public static async Task Echo(WebSocket socket, CancellationToken cancel)
    {
        var buffer = new byte[4096];
        while (true)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(), cancel);
            if (got.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(socket.CloseStatus!.Value, null, cancel);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, got.Count), got.MessageType, got.EndOfMessage, cancel);
        }
    }

    /// <summary>Reads until the client leaves.</summary>
    public static async Task Silence(Stream stream, CancellationToken cancel)
    {
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer, cancel) > 0) { }
    }
}
