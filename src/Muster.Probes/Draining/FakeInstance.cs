using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace Muster.Probes;

/// <summary>
/// An instance for fixtures: a process that takes the signal, and a site on loopback that ends as that process was told. It drains as it should, or cuts everything off at once.
/// </summary>
sealed class FakeInstance : IAsyncDisposable
{
    static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(250);
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muster-fixture-");
    readonly Process _process;
    readonly LoopbackListener _listener;
    readonly TaskCompletionSource _up = new(TaskCreationOptions.RunContinuationsAsynchronously), _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly CancellationTokenSource _end = new();
    readonly bool _drains;
    readonly Task _ending;

    FakeInstance(bool drains)
    {
        _drains = drains;
        // It lives on for a moment after the signal, as a process that drains does.
        _process = Process.Start(new ProcessStartInfo("sh", ["-c", "trap 'echo told; sleep 0.9; exit 0' TERM; echo up; while :; do sleep 0.02; done"]) { RedirectStandardOutput = true, RedirectStandardInput = true, RedirectStandardError = true })!;
        File.WriteAllText(PidFile, _process.Id.ToString(CultureInfo.InvariantCulture));
        _listener = LoopbackListener.Start(Serve);
        _ending = End();
    }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_listener.Port}");

    public string PidFile => Path.Combine(_folder.FullName, "pid");

    public static async Task<FakeInstance> Start(bool drains, CancellationToken cancel)
    {
        var instance = new FakeInstance(drains);
        try { await instance._up.Task.WaitAsync(cancel); }
        catch
        {
            await instance.DisposeAsync();
            throw;
        }

        return instance;
    }

    async Task End()
    {
        // Its own words, one reader: that its trap is set, and that it was told.
        while (await _process.StandardOutput.ReadLineAsync() is { } said && said != "told") _up.TrySetResult();
        _up.TrySetResult();
        _told.TrySetResult();
        if (!_drains) await _listener.DisposeAsync();
        await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(700), TimeProvider.System, CancellationToken.None), _process.WaitForExitAsync());
        await _end.CancelAsync(); // The sockets that are open are closed now.
        if (!_drains) return;
        await Task.Delay(TimeSpan.FromMilliseconds(80), TimeProvider.System, CancellationToken.None);
        await _listener.DisposeAsync();
    }

    async Task Serve(Stream stream, CancellationToken stop)
    {
        if (await new SiteWire(stream).Read(stop) is not { } request) return;
        if (request.Path == "/slow") await Task.Delay(Slow, TimeProvider.System, stop);
        if (request.Headers.TryGetValue("sec-websocket-key", out var key) && !_told.Task.IsCompleted) await Talk(stream, key, stop);
        else await SiteWire.Write(stream, request, new(_told.Task.IsCompleted && request.Path is "/health/ready" or "/ws" ? 503 : 200), true, stop);
    }

    async Task Talk(Stream stream, string key, CancellationToken stop)
    {
#pragma warning disable CA5350 // What RFC 6455 asks for; nothing is kept secret by it.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + WebsocketProbe.Magic)));
#pragma warning restore CA5350
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"), stop);
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
        using var turn = new SemaphoreSlim(1, 1);
        var buffer = new byte[4096];
        try
        {
            using var goodbye = _end.Token.Register(() => _ = Close());
            while (await socket.ReceiveAsync(buffer.AsMemory(), stop) is { MessageType: not WebSocketMessageType.Close } got)
            {
                await turn.WaitAsync(stop);
                try { if (socket.State == WebSocketState.Open) await socket.SendAsync(buffer.AsMemory(0, got.Count), got.MessageType, got.EndOfMessage, stop); }
                finally { turn.Release(); }
            }

            await Close();
        }
        catch (WebSocketException) { return; } // The other side left.

        async Task Close()
        {
            try
            {
                await turn.WaitAsync(stop);
                try { if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived) await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "going away", stop); }
                finally { turn.Release(); }
            }
            catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or ObjectDisposedException) { return; } // It ended by itself.
        }
    }

    public async ValueTask DisposeAsync()
    {
        try { _process.Kill(entireProcessTree: true); }
        catch (InvalidOperationException) { _told.TrySetResult(); } // It ended by itself, as it was told.
        await _ending;
        _process.Dispose();
        _end.Dispose();
        _folder.Delete(recursive: true);
    }
}
