#pragma warning disable RS0030 // Speaks over the sockets that the guard dialled.
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Asks one server one question: over UDP, again when nothing comes, and over TCP when the answer was cut.</summary>
static class DnsClient
{
    const int MostDatagram = 4096;
    const int MostForeign = 32;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static async Task<DnsMessage.Answer> Ask(IPEndPoint server, string name, DnsType type, ProbeContext context, CancellationToken cancel)
    {
        var id = (ushort)RandomNumberGenerator.GetInt32(65536);
        var question = DnsMessage.Ask(id, name, type) ?? throw Given.Wrong("target", $"is no name that DNS can carry: {name}");
        var answer = await OverUdp(server, question, message => DnsMessage.Read(message, id, name, type), context, cancel);
        if (answer is DnsMessage.Truncated) answer = await OverTcp(server, question, message => DnsMessage.Read(message, id, name, type), context, cancel);
        return answer switch
        {
            DnsMessage.Answer read => read,
            DnsMessage.Malformed malformed => throw new Unseen(Blind.Unreadable, $"{server} answered what cannot be read: {malformed.Says}"),
            _ => throw new Unseen(Blind.Unreadable, $"{server} answered something else"),
        };
    }

    static async Task<DnsMessage> OverUdp(IPEndPoint server, byte[] question, Func<byte[], DnsMessage> read, ProbeContext context, CancellationToken cancel)
    {
        using var socket = await context.Connect(server, ProtocolType.Udp, cancel);
        while (true)
        {
            await socket.SendAsync(question, cancel);
            using var patience = new CancellationTokenSource(Patience, context.Clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
            try { return await Receive(socket, read, either.Token); }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { continue; } // Lost on the way; the deadline ends the asking.
        }
    }

    static async Task<DnsMessage> Receive(Socket socket, Func<byte[], DnsMessage> read, CancellationToken cancel)
    {
        var buffer = new byte[MostDatagram];
        for (var i = 0; i < MostForeign; i++)
        {
            var got = await socket.ReceiveAsync(buffer, cancel);
            if (read(buffer[..got]) is var answer and not DnsMessage.NotOurs) return answer;
        }

        return new DnsMessage.Malformed("only answers to other questions came");
    }

    static async Task<DnsMessage> OverTcp(IPEndPoint server, byte[] question, Func<byte[], DnsMessage> read, ProbeContext context, CancellationToken cancel)
    {
        await using var stream = new NetworkStream(await context.Connect(server, ProtocolType.Tcp, cancel), ownsSocket: true);
        await stream.WriteAsync((byte[])[(byte)(question.Length >> 8), (byte)question.Length, .. question], cancel);
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, cancel);
        var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(message, cancel);
        return read(message);
    }
}
