using System.Net.WebSockets;
using System.Text.Json;

namespace Muster.EdgePlatform;

/// <summary>/ws?session=NAME: a session, held by one replica at a time. It says who holds it and how far it came, and answers each message with itself.</summary>
static class Sockets
{
    public static void Map(WebApplication app, Replica replica) => app.MapGet("/ws", async context =>
    {
        var session = context.Request.Query["session"].ToString() is { Length: > 0 } named ? named : context.Request.Cookies["session"] ?? "";
        if (!context.WebSockets.IsWebSocketRequest || session.Length is 0 or > 100) context.Response.StatusCode = 400;
        else if (replica.Draining && !replica.Has(Flaw.KeepsTaking)) context.Response.StatusCode = 503;
        else if (!replica.Has(Flaw.TakesAnySession) && await replica.Sessions.Claim(session) is { } other)
        {
            context.Response.Headers["X-Owner"] = other;
            context.Response.StatusCode = 421; // Misdirected: another replica holds it.
        }
        else await Talk(context, replica, session);
    });

    static async Task Talk(HttpContext context, Replica replica, string session)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var live = new LiveSocket(context, socket, session);
        replica.Open.Add(live);
        try
        {
            var last = replica.Has(Flaw.ForgetsSessions) ? 0 : await replica.Sessions.Last(session);
            await live.Send(JsonSerializer.Serialize(new { instance = replica.Settings.Name, session, last }), context.RequestAborted);
            while (await live.Receive(context.RequestAborted) is { } text) await Answer(replica, live, text, context.RequestAborted);
            if (socket.State == WebSocketState.CloseReceived) await live.Close(WebSocketCloseStatus.NormalClosure, "");
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException) { return; } // The other side left.
        finally
        {
            replica.Open.Remove(live);
            live.Ended();
        }
    }

    static async Task Answer(Replica replica, LiveSocket live, string text, CancellationToken cancel)
    {
        var number = long.TryParse(text, out var read) ? read : 0;
        if (replica.Has(Flaw.LosesMessages) && number % 10 == 9) return;
        await replica.Sessions.Came(live.Session, number);
        await live.Send(text, cancel);
        if (replica.Has(Flaw.DoublesMessages) && number % 10 == 9) await live.Send(text, cancel);
    }
}
