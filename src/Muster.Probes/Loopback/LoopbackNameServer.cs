#pragma warning disable RS0030 // Listens on loopback alone; it connects to nothing.
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Muster.Probes;

/// <summary>A DNS server of a few records on 127.0.0.1, over UDP and TCP on the same port. With <c>truncate</c> its datagrams only say "ask over TCP".</summary>
sealed class LoopbackNameServer : IAsyncDisposable
{
    readonly Dictionary<(string, DnsType), byte[][]> _records;
    readonly bool _truncate;
    readonly Socket _udp;
    readonly LoopbackListener _tcp;
    readonly CancellationTokenSource _stop = new();
    readonly Task _answering;

    LoopbackNameServer(Dictionary<(string, DnsType), byte[][]> records, bool truncate, int port)
    {
        (_records, _truncate) = (records, truncate);
        _tcp = LoopbackListener.Start(OverTcp, port);
        _udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _udp.Bind(new IPEndPoint(IPAddress.Loopback, _tcp.Port));
        _answering = OverUdp();
    }

    public int Port => _tcp.Port;

    /// <summary>What of a datagram is sent back; unless set, the answer itself.</summary>
    public Func<byte[], byte[][]> Twist { get; set; } = answer => [answer];

    /// <summary>Answers of the moment, asked before the records: null leaves it to those.</summary>
    public Func<string, DnsType, byte[][]?> Live { get; set; } = static (_, _) => null;

    /// <summary>For how many seconds an answer may be kept.</summary>
    public byte Ttl { get; init; } = 60;

    public static LoopbackNameServer Start(Dictionary<(string, DnsType), byte[][]> records, bool truncate = false, int port = 0) => new(records, truncate, port);

    /// <summary>One that forgets nothing and lets nobody keep an answer: each question is answered anew.</summary>
    public static LoopbackNameServer Turning(int port, Func<string, DnsType, byte[][]?> live) => new([], truncate: false, port) { Ttl = 0, Live = live };

    public static byte[] A(string address) => IPAddress.Parse(address).GetAddressBytes();

    public static byte[] Name(string name) => [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _udp.Dispose();
        await _answering;
        await _tcp.DisposeAsync();
        _stop.Dispose();
    }

    async Task OverUdp()
    {
        var buffer = new byte[1024];
        try
        {
            while (true)
            {
                var got = await _udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                if (Answer(buffer.AsSpan(0, got.ReceivedBytes), _truncate) is not { } answer) continue;
                foreach (var part in Twist(answer)) await _udp.SendToAsync(part, got.RemoteEndPoint, _stop.Token);
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException) { return; }
    }

    async Task OverTcp(Stream stream, CancellationToken stop)
    {
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, stop);
        var question = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(question, stop);
        if (Answer(question, truncate: false) is { } answer) await stream.WriteAsync((byte[])[(byte)(answer.Length >> 8), (byte)answer.Length, .. answer], stop);
    }

    byte[]? Answer(ReadOnlySpan<byte> question, bool truncate)
    {
        var at = 12;
        if (question.Length < 17 || DnsName.Read(question, ref at) is not { } name || at + 4 > question.Length) return null;
        var type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(question[at..]);
        var found = Live(name, type) ?? _records.GetValueOrDefault((name, type));
        var known = found is not null || _records.Keys.Any(key => key.Item1 == name);
        var count = truncate ? 0 : found?.Length ?? 0;
        List<byte> answer = [question[0], question[1], (byte)(truncate ? 0x86 : 0x84), (byte)(known ? 0 : 3), 0, 1, 0, (byte)count, 0, 0, 0, 0, .. question[12..(at + 4)]];
        for (var i = 0; i < count; i++)
            answer.AddRange([0xc0, 12, (byte)((ushort)type >> 8), (byte)type, 0, 1, 0, 0, 0, Ttl, (byte)(found![i].Length >> 8), (byte)found[i].Length, .. found[i]]);
        return [.. answer];
    }
}
