using System.Collections.Concurrent;
using System.Diagnostics;

namespace Muster.Server.OwnMetrics;

/// <summary>Counts what comes to each door and how long it takes. Doors are named by their routes: what a client sends makes no series.</summary>
sealed class Traffic
{
    /// <summary>Upper bounds in seconds.</summary>
    public static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

    readonly ConcurrentDictionary<(string Door, int Status), StrongCount> _requests = new();
    readonly ConcurrentDictionary<string, Latency> _latencies = new();

    public IEnumerable<(string Door, int Status, long Count)> Requests => _requests.Select(one => (one.Key.Door, one.Key.Status, Volatile.Read(ref one.Value.Count)));

    public IEnumerable<(string Door, Latency Latency)> Latencies => _latencies.Select(one => (one.Key, one.Value));

    public async Task Count(HttpContext context, RequestDelegate next)
    {
        var began = Stopwatch.GetTimestamp();
        var status = StatusCodes.Status500InternalServerError;
        try
        {
            await next(context);
            status = context.Response.StatusCode;
        }
        finally
        {
            var door = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "none";
            Interlocked.Increment(ref _requests.GetOrAdd((door, status), static _ => new()).Count);
            _latencies.GetOrAdd(door, static _ => new()).Add(Stopwatch.GetElapsedTime(began));
        }
    }

    sealed class StrongCount
    {
        public long Count;
    }

    /// <summary>A classic histogram: each bucket by itself, summed up when it is shown.</summary>
    public sealed class Latency
    {
        readonly long[] _buckets = new long[Bounds.Length + 1];
        long _ticks;

        public double Seconds => Volatile.Read(ref _ticks) / (double)TimeSpan.TicksPerSecond;

        /// <summary>Of each bucket with all below it; the last is all.</summary>
        public long[] Cumulative
        {
            get
            {
                var sum = 0L;
                return [.. Enumerable.Range(0, _buckets.Length).Select(at => sum += Volatile.Read(ref _buckets[at]))];
            }
        }

        public void Add(TimeSpan took)
        {
            var at = Array.FindIndex(Bounds, bound => took.TotalSeconds <= bound);
            Interlocked.Increment(ref _buckets[at < 0 ? Bounds.Length : at]);
            Interlocked.Add(ref _ticks, took.Ticks);
        }
    }
}
