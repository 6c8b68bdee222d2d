using System.Globalization;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace Muster.Probes;

/// <summary>A WebSocket on loopback that says everything back, to pages of https://shop.test alone or to anybody's.</summary>
sealed class LoopbackSocket : IAsyncDisposable
{
    readonly LoopbackListener _listener;

    LoopbackSocket(bool checksOrigin) => _listener = LoopbackListener.Start((stream, stop) => Serve(stream, checksOrigin, stop));

    public string Address => string.Create(CultureInfo.InvariantCulture, $"ws://127.0.0.1:{_listener.Port}");

    public static LoopbackSocket Start(bool checksOrigin) => new(checksOrigin);

    static async Task Serve(Stream stream, bool checksOrigin, CancellationToken stop)
    {
        if (await new SiteWire(stream).Read(stop) is not { } request) return;
        if (!request.Headers.TryGetValue("sec-websocket-key", out var key) || checksOrigin && request.Headers.GetValueOrDefault("origin") != "https://shop.test")
        {
            await SiteWire.Write(stream, request, new(403), true, stop);
            return;
        }

#pragma warning disable CA5350 // What RFC 6455 asks for; nothing is kept secret by it.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + WebsocketProbe.Magic)));
#pragma warning restore CA5350
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"), stop);
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), stop) is { MessageType: not WebSocketMessageType.Close } got) await socket.SendAsync(buffer.AsMemory(0, got.Count), got.MessageType, got.EndOfMessage, stop);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, stop);
        }
        catch (WebSocketException) { return; } // The other side left.
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();
}
