using System.Buffers;
using System.Net.WebSockets;
using Muster.Probes.Load;

namespace Muster.Probes.Tests.Load.Wires;

public class SocketFramesTests
{
    static readonly byte[][] Talks =
    [
        [0x81, 2, (byte)'h', (byte)'i', 0x89, 1, 7, 0x02, 1, 1, 0x8a, 0, 0x00, 2, 1, 2, 0x80, 1, 9, 0x88, 2, 0x03, 0xe8],
        [0x82, 126, 0, 200, .. new byte[200], 0x81, 0, 0x88, 0],
        [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0, .. new byte[65536], 0x89, 125, .. new byte[125], 0x88, 4, 0x0f, 0xa0, 65, 66],
    ];

    static List<string> Read(byte[] bytes, Func<int> piece)
    {
        var (frames, seen) = (new SocketFrames(), new List<string>());
        frames.Begin();
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(piece(), bytes.Length - at);
            var what = frames.Read(bytes.AsSpan(at, length), out var used);
            Assert.InRange(used, 0, length);
            if (what == Framed.More) Assert.Equal(length, used);
            at += used;
            if (what != Framed.More) seen.Add(what is Framed.Ping or Framed.Close ? $"{what} {Convert.ToHexString(frames.Control.Span)}" : $"{what} {frames.Wrong}");
            if (what is Framed.Garbage or Framed.TooLarge) break;
        }

        return seen;
    }

    [Fact]
    public void Frames_are_the_same_in_whatever_pieces_they_come()
    {
        Assert.Equal(["Message ", "Ping 07", "Pong ", "Message ", "Close 03E8"], Read(Talks[0], () => int.MaxValue));
        foreach (var talk in Talks)
            for (var piece = 1; piece < 10; piece++)
                Assert.Equal(Read(talk, () => int.MaxValue), Read(talk, () => piece));
    }

    [Fact]
    public void Damaged_frames_end_the_reading_alike_in_all_pieces() => Fuzz.Damage(Talks, bytes =>
    {
        var random = new Random(bytes.Length);
        Assert.Equal(Read(bytes, () => int.MaxValue), Read(bytes, () => random.Next(1, 400)));
    }, share: 10);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(300_000)]
    public async Task The_frameworks_server_reads_what_is_written(int length)
    {
        var payload = new byte[length];
        new Random(length).NextBytes(payload);
        var written = new ArrayBufferWriter<byte>();
        SocketFrames.Write(WebsocketMessages.Binary, payload, 0x12345678, written);
        using var socket = WebSocket.CreateFromStream(new MemoryStream(written.WrittenSpan.ToArray()), new WebSocketCreationOptions { IsServer = true });
        var into = new byte[length + 1];
        var filled = 0;
        while (true)
        {
            var got = await socket.ReceiveAsync(into.AsMemory(filled), TestContext.Current.CancellationToken);
            Assert.Equal(WebSocketMessageType.Binary, got.MessageType);
            filled += got.Count;
            if (got.EndOfMessage) break;
        }

        Assert.Equal(payload, into[..filled]);
    }
}
