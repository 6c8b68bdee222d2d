#pragma warning disable RS0030 // Passes on between a socket that the guard dialled and one that loopback took.
using System.Buffers;
using System.Collections.Immutable;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Muster.Probes;

/// <summary>
/// One direction of a connection. As long as nothing is said it holds no buffer and no thread; without faults each piece is written before the next is read, so that a slow reader slows the writer down as it would
/// without a proxy. Under latency pieces wait in a bounded queue, so that time is added and throughput kept.
/// </summary>
sealed class ProxyStream(ProxyLink link, Socket from, Socket to, bool up)
{
    const int Piece = 64 * 1024;
    const int MostWaiting = 32;
    static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(50), Tick = TimeSpan.FromMilliseconds(5);
    Channel<Waiting>? _waiting;
    Task _writing = Task.CompletedTask;
    long _passed, _free;

    readonly record struct Waiting(byte[] Buffer, int Count, long Due);

    /// <summary>Data of this direction was dropped: what comes later would have a hole before it.</summary>
    public bool HasHole { get; private set; }

    /// <summary>Until the sender ends or a fault ends it; then the receiver is told that no more comes.</summary>
    public async Task Run(CancellationToken cancel)
    {
        await Pass(cancel);
        _waiting?.Writer.Complete();
        await _writing;
        if (Slowest(ToxicType.SlowClose, "delay") is > 0 and var delay) await link.Pause(TimeSpan.FromMilliseconds(delay), () => Slowest(ToxicType.SlowClose, "delay") > 0, cancel);
        to.Shutdown(SocketShutdown.Send);
    }

    async Task Pass(CancellationToken cancel)
    {
        for (var more = false; ;)
        {
            // Waits without a buffer: a thousand idle connections cost a thousand small objects.
            if (!more) await from.ReceiveAsync(Memory<byte>.Empty, cancel);
            var buffer = ArrayPool<byte>.Shared.Rent(Piece);
            var kept = false;
            try
            {
                var got = await from.ReceiveAsync(buffer.AsMemory(0, Piece), cancel);
                if (got == 0) return;
                more = got == Piece;
                ProxySeen.Add(ref up ? ref link.Seen.Up : ref link.Seen.Down, got);
                var toxics = link.Toxics(up);
                if (toxics.IsEmpty && _waiting is null) await Send(buffer.AsMemory(0, got), cancel);
                else kept = await Through(toxics, buffer, got, cancel);
            }
            finally
            {
                if (!kept) ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <returns>Whether the buffer waits, and is somebody else's now.</returns>
    async Task<bool> Through(ImmutableArray<Toxic> toxics, byte[] buffer, int got, CancellationToken cancel)
    {
        if (toxics.Any(toxic => toxic.Type == ToxicType.Timeout))
        {
            ProxySeen.Add(ref link.Seen.Withheld, got);
            HasHole = true;
            return false;
        }

        if (toxics.FirstOrDefault(toxic => toxic.Type == ToxicType.LimitData) is { } limit && _passed + got >= limit["bytes"])
        {
            var rest = (int)Math.Max(0, limit["bytes"] - _passed);
            if (rest > 0) await Send(buffer.AsMemory(0, rest), cancel);
            ProxySeen.Add(ref link.Seen.Withheld, got - rest);
            link.Cut(abruptly: false);
            return false;
        }

        var delay = toxics.Where(toxic => toxic.Type == ToxicType.Latency).Sum(toxic => Math.Max(0, toxic["latency"] + (toxic["jitter"] > 0 ? Random.Shared.NextInt64(-toxic["jitter"], toxic["jitter"] + 1) : 0)));
        if (delay == 0 && _waiting is null)
        {
            await Send(buffer.AsMemory(0, got), cancel);
            return false;
        }

        if (delay > 0) ProxySeen.Add(ref link.Seen.Delayed, got);
        if (_waiting is null)
        {
            _waiting = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, SingleWriter = true });
            _writing = Write(_waiting.Reader, cancel);
        }

        await _waiting.Writer.WriteAsync(new(buffer, got, link.Clock.GetTimestamp() + delay * link.Clock.TimestampFrequency / 1000), cancel);
        return true;
    }

    async Task Write(ChannelReader<Waiting> waiting, CancellationToken cancel)
    {
        await Task.Yield();
        try
        {
            await foreach (var (buffer, count, due) in waiting.ReadAllAsync(cancel))
            {
                var left = link.Clock.GetElapsedTime(link.Clock.GetTimestamp(), due);
                // Taken away, it delays nothing that waits already.
                if (left > TimeSpan.Zero) await link.Pause(left, () => Slowest(ToxicType.Latency, "latency") > 0, cancel);
                await Send(buffer.AsMemory(0, count), cancel);
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // The reader of this direction must not wait for room that never comes.
            link.Cut(abruptly: true);
        }
    }

    async Task Send(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        _passed += bytes.Length;
        while (!bytes.IsEmpty)
        {
            var rate = link.Toxics(up).Where(toxic => toxic.Type == ToxicType.Bandwidth).Select(toxic => toxic["rate"]).DefaultIfEmpty(long.MaxValue).Min();
            var now = rate == long.MaxValue ? bytes : bytes[..(int)Math.Min(bytes.Length, Math.Max(1, rate * 1000 * Slice.Milliseconds / 1000))];
            if (rate == 0)
            {
                ProxySeen.Add(ref link.Seen.Delayed, bytes.Length);
                await link.Pause(Timeout.InfiniteTimeSpan, () => Narrow() == 0, cancel);
                continue;
            }

            for (var sent = 0; sent < now.Length;) sent += await to.SendAsync(now[sent..], cancel);
            bytes = bytes[now.Length..];
            if (rate == long.MaxValue) continue;
            // The line is free again once these bytes would have gone over it; what a timer cannot keep is carried over to the next ones.
            var clock = link.Clock;
            _free = Math.Max(_free, clock.GetTimestamp()) + now.Length * clock.TimestampFrequency / (rate * 1000);
            if (clock.GetElapsedTime(clock.GetTimestamp(), _free) is var left && left < Tick) continue;
            ProxySeen.Add(ref link.Seen.Delayed, now.Length);
            await link.Pause(left, () => Narrow() is not null, cancel);
        }
    }

    long? Narrow() => link.Toxics(up).Where(toxic => toxic.Type == ToxicType.Bandwidth).Select(toxic => (long?)toxic["rate"]).Min();

    long Slowest(ToxicType type, string attribute) => link.Toxics(up).Where(toxic => toxic.Type == type).Select(toxic => toxic[attribute]).DefaultIfEmpty(0).Max();
}
