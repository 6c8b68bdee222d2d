using System.Buffers.Text;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Muster.EdgePlatform;

/// <summary>
/// What administrators ask for, at /admin/items and /admin/users and over the socket /admin/live. Every request is held against the list of revoked tokens in the cache, and a socket as long as it lives;
/// when the list cannot be read, nobody is let in. Whoever has the root's token makes tokens at /admin/tokens and revokes them at /admin/revoked.
/// </summary>
sealed class AdminApi(Replica replica, byte[] key, string root)
{
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan Life = TimeSpan.FromHours(1);

    public static void Map(WebApplication app, Replica replica)
    {
        if (replica.Settings is not { TokenKey: { } key, RootToken: { } root, RevokedList: not null }) return;
        var api = new AdminApi(replica, key, root);
        app.MapPost("/admin/tokens", context => api.Make(context));
        app.MapPost("/admin/revoked", context => api.Revoke(context));
        app.MapGet("/admin/items", context => api.Show(context, isListed: true));
        app.MapPost("/admin/items", context => api.Show(context, isListed: !replica.Has(Flaw.AdminForgetsWrites)));
        app.MapGet("/admin/users", context => api.Show(context, isListed: !replica.Has(Flaw.AdminForgetsAPath)));
        app.MapGet("/admin/live", context => api.Live(context));
    }

    static string Borne(HttpContext context) => context.Request.Headers.Authorization.ToString() is ['B', 'e', 'a', 'r', 'e', 'r', ' ', .. var token] ? token : "";

    bool IsRoot(HttpContext context) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Borne(context)), Encoding.UTF8.GetBytes(root));

    async Task Make(HttpContext context)
    {
        if (IsRoot(context)) await Results.Json(new { token = Signed("mia") }, statusCode: 201).ExecuteAsync(context);
        else context.Response.StatusCode = 401;
    }

    async Task Revoke(HttpContext context)
    {
        context.Response.StatusCode = 401;
        if (!IsRoot(context)) return;
        using var body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
        var id = body.RootElement.GetProperty("token").GetString() is { } token ? Claim(token) : null;
        if (replica.Has(Flaw.AdminRevokesAll)) id = "all";
        context.Response.StatusCode = id is null ? 400 : await Ask("SET", "revoked:" + id, "1") == "OK" ? 204 : 503;
    }

    async Task Show(HttpContext context, bool isListed)
    {
        context.Response.StatusCode = await Admitted(Borne(context), isListed);
        if (context.Response.StatusCode == 200) await context.Response.WriteAsJsonAsync(new { instance = replica.Settings.Name });
    }

    async Task Live(HttpContext context)
    {
        var token = Borne(context);
        context.Response.StatusCode = await Admitted(token, isListed: true);
        if (context.Response.StatusCode != 200 || !context.WebSockets.IsWebSocketRequest) return;
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var reading = Read(socket, over.Token);
        using var pace = new PeriodicTimer(Pace);
        while (!reading.IsCompleted && (replica.Has(Flaw.AdminKeepsSockets) || await Admitted(token, isListed: true) == 200)) await pace.WaitForNextTickAsync(CancellationToken.None);
        if (socket.State is WebSocketState.Open) await socket.CloseOutputAsync(WebSocketCloseStatus.PolicyViolation, "revoked", CancellationToken.None);
        await over.CancelAsync();
        await reading;
    }

    static async Task Read(WebSocket socket, CancellationToken stop)
    {
        var buffer = new byte[1024];
        try { while ((await socket.ReceiveAsync(buffer, stop)).MessageType != WebSocketMessageType.Close) { } }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException) { return; } // The other side left, or it is over.
    }

    /// <summary>200, 401 for whoever is none of ours or was revoked, 503 while nobody can tell.</summary>
    async Task<int> Admitted(string token, bool isListed)
    {
        if (Claim(token) is not { } id) return 401;
        if (!isListed || replica.Has(Flaw.AdminIsOffline)) return 200;
        return await Ask("EXISTS", "revoked:" + id, "revoked:all") switch { "0" => 200, null => replica.Has(Flaw.AdminOpensWithoutList) ? 200 : 503, _ => 401 };
    }

    /// <summary>A connection of its own each time: one that hangs must hold up nobody else.</summary>
    async Task<string?> Ask(params string[] words)
    {
        await using var line = new CacheLine(replica.Settings.RevokedList!);
        return await line.Ask(words);
    }

    string Signed(string who)
    {
        var claims = JsonSerializer.Serialize(new Dictionary<string, object> { ["sub"] = who, ["jti"] = Guid.NewGuid().ToString("N"), ["exp"] = DateTimeOffset.UtcNow.Add(Life).ToUnixTimeSeconds() });
        var signed = Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8) + "." + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims));
        return signed + "." + Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed)));
    }

    /// <summary>The id of a token that this edge has signed and that has not ended.</summary>
    string? Claim(string token)
    {
        if (token.Split('.') is not [var head, var body, var signature]) return null;
        try
        {
            if (!CryptographicOperations.FixedTimeEquals(Base64Url.DecodeFromChars(signature), HMACSHA256.HashData(key, Encoding.ASCII.GetBytes($"{head}.{body}")))) return null;
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(body));
            return claims.RootElement.GetProperty("exp").GetInt64() > DateTimeOffset.UtcNow.ToUnixTimeSeconds() ? claims.RootElement.GetProperty("jti").GetString() : null;
        }
        catch (Exception none) when (none is FormatException or JsonException or KeyNotFoundException) { return null; } // No token of ours.
    }
}
