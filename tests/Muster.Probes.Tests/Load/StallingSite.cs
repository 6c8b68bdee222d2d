using System.Globalization;
using System.Text;

namespace Muster.Probes.Tests.Load;

/// <summary>
/// A small HTTP/1.1 server whose answers may take their time without holding a thread: of a pool of two threads, two stalls would stall everybody.
/// </summary>
sealed class StallingSite : IAsyncDisposable
{
    readonly LoopbackListener _listener;
    readonly Func<long, (int Status, TimeSpan After)> _answer;
    long _served;

    /// <param name="answer">What the n-th request gets, from 1, and after how long.</param>
    public StallingSite(Func<long, (int Status, TimeSpan After)> answer)
    {
        _answer = answer;
        _listener = LoopbackListener.Start(Serve);
    }

    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_listener.Port}/"));

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    async Task Serve(Stream stream, CancellationToken cancel)
    {
        var buffer = new byte[8192];
        var held = 0;
        while (true)
        {
            int end;
            while ((end = buffer.AsSpan(0, held).IndexOf("\r\n\r\n"u8)) < 0)
            {
                var got = await stream.ReadAsync(buffer.AsMemory(held), cancel);
                if (got == 0) return;
                held += got;
            }

            buffer.AsSpan(end + 4, held - end - 4).CopyTo(buffer);
            held -= end + 4;
            var (status, after) = _answer(Interlocked.Increment(ref _served));
            if (after > TimeSpan.Zero) await Later(after, cancel);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} x\r\nContent-Length: 2\r\n\r\nup"), cancel);
        }
    }

    /// <summary>A timer of the system counts in its coarse ticks and may be some milliseconds early: what is said to take 300 ms must not take 299.</summary>
    internal static async Task Later(TimeSpan after, CancellationToken cancel)
    {
        var began = TimeProvider.System.GetTimestamp();
        for (var left = after; left > TimeSpan.Zero; left = after - TimeProvider.System.GetElapsedTime(began))
        {
            var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var timer = TimeProvider.System.CreateTimer(_ => passed.TrySetResult(), null, left + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
            await passed.Task.WaitAsync(cancel);
        }
    }
}
