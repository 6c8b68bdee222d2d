using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Muster.Servers;

/// <summary>
/// One replica of an administrators' API on 127.0.0.1: it makes and verifies tokens, and holds each request against a list of revoked ones in Redis, or has one of the faults that such services have.
/// GET /admin/items, GET /admin/users and the WebSocket /admin/live ask for a token; POST /admin/tokens and POST /admin/revoked for the root's.
/// </summary>
public sealed class AdminService : IAsyncDisposable
{
    public const string Root = "root-token-of-the-tests";
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);
    static readonly TimeSpan Age = TimeSpan.FromMilliseconds(700);
    static readonly TimeSpan Sweep = TimeSpan.FromMilliseconds(400);
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
    readonly HttpListener _listener = new();
    readonly CancellationTokenSource _stop = new();
    readonly ConcurrentDictionary<string, bool> _faults = new();
    readonly byte[] _key;
    readonly int _list;
    readonly Task _serving;
    int _opened;

    AdminService(byte[] key, int list)
    {
        (_key, _list) = (key, list);
        _listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/"));
        _listener.Start();
        _serving = Serve();
    }

    public int Port { get; } = Ports.Free();

    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/");

    /// <param name="list">The port of the Redis that holds the revoked ones.</param>
    public static AdminService Start(byte[] key, int list) => new(key, list);

    /// <summary>offline: the list is never asked. open: everybody is let in while it cannot be. sockets: open ones are kept. aged: open ones are ended at an age, the oldest first and whoever they are of. users: that path is not held against the list. everybody: whoever is revoked takes all others along. silent: revoking does nothing.</summary>
    public void Has(string fault) => _faults[fault] = true;

    public void IsWell() => _faults.Clear();

    public string Token(string who, TimeSpan life) => SignedToken.Of(_key, who, life);

    async Task Serve()
    {
        while (!_stop.IsCancellationRequested)
            try { _ = Answer(await _listener.GetContextAsync()); } // Each answers for itself.
            catch (Exception over) when (over is HttpListenerException or ObjectDisposedException or InvalidOperationException) { return; }
    }

    async Task Answer(HttpListenerContext context)
    {
        try
        {
            var status = await Status(context);
            if (status == 0) return;
            context.Response.StatusCode = status;
            context.Response.Close();
        }
        catch (Exception gone) when (gone is HttpListenerException or IOException or ObjectDisposedException or WebSocketException or OperationCanceledException or SocketException) { context.Response.Abort(); }
    }

    async Task<int> Status(HttpListenerContext context)
    {
        var token = context.Request.Headers["Authorization"] is ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var said] ? said : "";
        switch (context.Request.Url!.AbsolutePath)
        {
            case "/admin/tokens" when token == Root:
                context.Response.ContentType = "application/json";
                context.Response.StatusCode = 201;
                context.Response.Close(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["token"] = Token("mia", TimeSpan.FromHours(1)) }), willBlock: false);
                return 0;
            case "/admin/revoked" when token == Root:
                using (var body = await JsonDocument.ParseAsync(context.Request.InputStream, default, _stop.Token))
                {
                    var revoked = _faults.ContainsKey("everybody") ? "all" : Claim(body.RootElement.GetProperty("token").GetString() ?? "", "jti") ?? "";
                    return _faults.ContainsKey("silent") || await Say($"SET revoked:{revoked} 1") == "+OK" ? 204 : 503;
                }

            case "/admin/items" or "/admin/users" or "/admin/live":
                if (context.Request.Url.AbsolutePath == "/admin/users" && _faults.ContainsKey("users")) return Claim(token, "jti") is null ? 401 : 200;
                var admitted = await Admitted(token);
                if (admitted != 200 || context.Request.Url.AbsolutePath != "/admin/live") return admitted;
                if (!context.Request.IsWebSocketRequest) return 400;
                await Live((await context.AcceptWebSocketAsync(null)).WebSocket, token);
                return 0;
            default: return token.Length == 0 ? 401 : 404;
        }
    }

    async Task<int> Admitted(string token)
    {
        if (Claim(token, "jti") is not { } id) return 401;
        if (_faults.ContainsKey("offline")) return 200;
        var answers = await Say($"EXISTS revoked:{id} revoked:all");
        return answers is null ? _faults.ContainsKey("open") ? 200 : 503 : answers == ":0" ? 200 : 401;
    }

    /// <summary>A socket is held against the list as long as it lives.</summary>
    async Task Live(WebSocket socket, string token)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var reading = Read(socket, both.Token);
        using var pace = new PeriodicTimer(Pace);
        var (began, age) = (TimeProvider.System.GetTimestamp(), Age + Interlocked.Increment(ref _opened) * Sweep);
        while (!reading.IsCompleted && !(_faults.ContainsKey("aged") && TimeProvider.System.GetElapsedTime(began) > age) && (_faults.ContainsKey("sockets") || await Admitted(token) == 200))
            await pace.WaitForNextTickAsync(both.Token);
        if (socket.State == WebSocketState.Open) await socket.CloseOutputAsync(WebSocketCloseStatus.PolicyViolation, "revoked", both.Token);
        await both.CancelAsync();
        socket.Dispose();
    }

    static async Task Read(WebSocket socket, CancellationToken stop)
    {
        var buffer = new byte[1024];
        try { while ((await socket.ReceiveAsync(buffer, stop)).MessageType != WebSocketMessageType.Close) { } }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException) { return; }
    }

    /// <summary>A claim of a token of ours that has not ended.</summary>
    string? Claim(string token, string name)
    {
        if (token.Split('.') is not [var head, var body, var signature]) return null;
        try
        {
            if (!CryptographicOperations.FixedTimeEquals(Base64Url.DecodeFromChars(signature), HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes($"{head}.{body}")))) return null;
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(body));
            return claims.RootElement.GetProperty("exp").GetInt64() > DateTimeOffset.UtcNow.ToUnixTimeSeconds() ? claims.RootElement.GetProperty(name).GetString() : null;
        }
        catch (Exception none) when (none is FormatException or JsonException or KeyNotFoundException) { return null; }
    }

    /// <summary>A command to the list's Redis and the first line of its answer; null when it does not answer in time.</summary>
    async Task<string?> Say(string command)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        limit.CancelAfter(Patience);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, _list, limit.Token);
            await using var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), limit.Token);
            using var reader = new StreamReader(stream, Encoding.ASCII);
            return await reader.ReadLineAsync(limit.Token) is { } line && !line.StartsWith('-') ? line : null;
        }
        catch (Exception gone) when (gone is SocketException or IOException or OperationCanceledException) { return null; }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Close();
        await _serving;
        _stop.Dispose();
    }
}
