using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Tests.Network;

/// <summary>Messages that come in pieces, from a server that writes its frames by hand.</summary>
public sealed class WebsocketTests
{
    const int Continues = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10;

    static byte[] Frame(int code, byte[] payload, bool ends = true) =>
        [(byte)((ends ? 0x80 : 0) | code), .. payload.Length < 126 ? (byte[])[(byte)payload.Length] : [126, (byte)(payload.Length >> 8), (byte)payload.Length], .. payload];

    static byte[] Frame(int code, string payload, bool ends = true) => Frame(code, Encoding.UTF8.GetBytes(payload), ends);

    /// <summary>In place of a frame: waits until the client has answered a ping of these words.</summary>
    static readonly byte[] UntilAnswered = [];

    /// <summary>Takes whoever comes, says these frames, and listens until it is left.</summary>
    static LoopbackListener Server(params byte[][] frames) => LoopbackListener.Start(async (stream, stop) =>
    {
        if (await new SiteWire(stream).Read(stop) is not { } request) return;
#pragma warning disable CA5350 // What RFC 6455 asks for; nothing is kept secret by it.
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(request.Headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"), stop);
        foreach (var frame in frames)
            if (frame.Length > 0) await stream.WriteAsync(frame, stop);
            else
                while (await Heard(stream, stop) is not (Pong, "are you there")) continue;
        while (true) await Heard(stream, stop);
    });

    static async Task<(int Code, string Text)> Heard(Stream stream, CancellationToken stop)
    {
        var head = new byte[6];
        await stream.ReadExactlyAsync(head, stop);
        var payload = new byte[head[1] & 0x7f];
        await stream.ReadExactlyAsync(payload, stop);
        return (head[0] & 0x0f, Encoding.UTF8.GetString([.. payload.Select((octet, i) => (byte)(octet ^ head[2 + i % 4]))]));
    }

    static async Task<Sight> Look(params byte[][] frames)
    {
        await using var server = Server(frames);
        return await Probing.Look("websocket", ("target", string.Create(CultureInfo.InvariantCulture, $"ws://127.0.0.1:{server.Port}")), ("send", "hello"), ("wait", 1));
    }

    [Fact]
    public async Task A_message_in_pieces_with_a_ping_between_them_is_one_message()
    {
        var sight = await Look(Frame(Text, "gr\u00fc\u00df"u8.ToArray()[..3], ends: false), Frame(Ping, "are you there"), UntilAnswered, Frame(Continues, "gr\u00fc\u00df"u8.ToArray()[3..], ends: false), Frame(Continues, " dich"), Frame(Close, [3, 0xe8]));

        Assert.Equal(("gr\u00fc\u00df dich", 1000d), (sight.Observation.Text("message"), sight.Observation.Number("close_code")));
    }

    [Fact]
    public async Task A_binary_message_in_pieces_is_no_text()
    {
        var sight = await Look(Frame(Binary, "no ", ends: false), Frame(Continues, "text"), Frame(Text, "text"), Frame(Close, [3, 0xe8]));

        Assert.Equal("text", sight.Observation.Text("message"));
    }

    public static TheoryData<string, byte[]> Wrong => new()
    {
        { "continues no message", Frame(Continues, "lo") },
        { "within another", [.. Frame(Text, "hel", ends: false), .. Frame(Text, "lo")] },
        { "control frame", Frame(Ping, "are you", ends: false) },
        { "control frame", Frame(Ping, new string('a', 126)) },
        { "extension", [0xc1, 2, (byte)'h', (byte)'i'] },
        { "no frame", Frame(3, "hi") },
        { "UTF-8", Frame(Text, [0xff, 0xfe]) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_is_no_message_is_not_taken_for_one(string says, byte[] frames) => Probing.Blind(await Look(frames), Blind.Unreadable, says);

    [Fact]
    public async Task A_message_that_grows_without_end_is_not_read()
    {
        var sight = await Look([.. Enumerable.Range(0, 9).Select(i => Frame(i == 0 ? Text : Continues, new string('a', 2048), ends: false))]);

        Probing.Blind(sight, Blind.TooLarge, "16384");
    }
}
