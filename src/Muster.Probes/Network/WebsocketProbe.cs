using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The handshake, one message there and back, and the handshake of a foreign page.</summary>
static class WebsocketProbe
{
    /// <summary>RFC 6455, 1.3.</summary>
    public const string Magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    const int MostMessages = 1000;

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var asked = new Given(OverHttp(question));
        var (status, _, protocol, accepted, http) = await Shake(asked, given.Text("origin"), context, cancel);
        await using var socket = http;
        var seen = Value.Of(("opened", accepted), ("status", status), ("protocol", protocol));
        if (accepted) seen = await Talk(seen, socket, given, context, cancel);
        if (given.Text("foreign") is { } foreign)
        {
            var (theirs, _, _, taken, other) = await Shake(asked, foreign, context, cancel);
            await using var stranger = other;
            seen = seen.With("foreign_status", theirs).With("foreign_refused", !taken && theirs is (0 or >= 400 and < 500));
        }

        await using var last = await RawHttp.Open(asked, context, cancel);
        return new() { Observation = seen, Population = 1, Before = socket.Identity, After = last.Identity };
    }

    /// <summary>The question with its target as HTTP has it: ws:// begins as http://.</summary>
    internal static Asked OverHttp(Asked question)
    {
        var address = new Given(question).Target;
        var target = address.StartsWith("ws", StringComparison.OrdinalIgnoreCase) ? "http" + address[2..] : address;
        return question with { Parameters = question.Parameters.With("target", ((question.Parameters["target"] as Value.Fields) ?? Value.Fields.Empty).With("address", target)) };
    }

    /// <summary>The handshake; the connection is the caller's, whatever the answer was.</summary>
    internal static async Task<(int Status, string Head, string Protocol, bool Accepted, RawHttp Http)> Shake(Given given, string? origin, ProbeContext context, CancellationToken cancel)
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
            return (status, head, Header("Sec-WebSocket-Protocol") ?? "", status == 101 && Header("Sec-WebSocket-Accept") == right, http);
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
        if (given.Text("send") is { } text) await WebsocketMessages.Send(http, WebsocketMessages.Text, Encoding.UTF8.GetBytes(text), cancel);
        await WebsocketMessages.Send(http, WebsocketMessages.Ping, token, cancel);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(wait);
        var (message, pong) = ((string?)null, false);
        var messages = new WebsocketMessages(http);
        try
        {
            for (var came = 0; came < MostMessages && !(pong && (message is not null || given.Text("send") is null)); came++)
                switch (await messages.Next(patience.Token))
                {
                    case (WebsocketMessages.Pong, var payload): pong |= payload.AsSpan().SequenceEqual(token); break;
                    case (WebsocketMessages.Ping, var payload): await WebsocketMessages.Send(http, WebsocketMessages.Pong, payload, cancel); break;
                    case (WebsocketMessages.Close, var payload): return Heard(seen, message, pong).With("close_code", Code(payload));
                    case (WebsocketMessages.Text, var payload) when message is null:
                        message = WebsocketMessages.Read(payload);
                        seen = seen.With("round_trip", HttpProbe.Seconds(context.Clock.GetElapsedTime(began)));
                        break;
                }

            await WebsocketMessages.Send(http, WebsocketMessages.Close, [0x03, 0xe8], cancel);
            for (var came = 0; came < MostMessages; came++)
                if (await messages.Next(patience.Token) is (WebsocketMessages.Close, var payload)) return Heard(seen, message, pong).With("close_code", Code(payload));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { return Heard(seen, message, pong).With("close_code", 0); }
        catch (IOException) { return Heard(seen, message, pong).With("close_code", 0); }
        return Heard(seen, message, pong).With("close_code", 0);
    }

    /// <summary>RFC 6455, 7.1.5: 1005 is a closing without any code.</summary>
    internal static int Code(byte[] payload) => payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : 1005;

    static Value.Fields Heard(Value.Fields seen, string? message, bool pong) => message is null ? seen.With("pong", pong) : seen.With("message", message).With("pong", pong);
}
