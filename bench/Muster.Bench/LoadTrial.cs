using System.Globalization;
using System.Net;
using System.Text;
using Muster.Probes;
using Muster.Probes.Load;

namespace Muster.Bench;

/// <summary>Users on one loop of the calling thread. Every request's latency is recorded.</summary>
sealed class LoadTrial : IExchanged, IDisposable
{
    readonly EpollLoop _loop = new(new LoadClock(TimeProvider.System));
    readonly EpollWire _wire;
    readonly Exchange[] _exchanges;
    readonly Stack<Exchange> _free = new();
    readonly Latencies _latencies = new(), _late = new();
    long _end, _done;
    int _underWay;
    bool _closed;
    Schedule? _waiting;

    public LoadTrial(int port, int users)
    {
        _wire = new(_loop, new(), new OutboundGuard().WaysOut, TrustAnchors.System);
        var origin = new Origin("http", "127.0.0.1", port, [IPAddress.Loopback]);
        var bytes = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"GET / HTTP/1.1\r\nHost: {origin.Authority}\r\n\r\n"));
        _exchanges = [.. Enumerable.Range(0, users).Select(_ => new Exchange { User = this, Origin = origin, Bytes = bytes, BodyAt = bytes.Length })];
    }

    /// <summary>Each user asks again as soon as it was answered.</summary>
    public Sample Closed(TimeSpan time)
    {
        (_closed, _done, _underWay) = (true, 0, _exchanges.Length);
        var began = _loop.Now;
        _end = began + (long)time.TotalNanoseconds;
        _loop.Post(() => Array.ForEach(_exchanges, Send));
        _loop.Run();
        return new(_done, (_loop.Now - began) / 1e9);
    }

    /// <summary>So many a second by the schedule; how late the 99th of a hundred began, and that of those that count.</summary>
    public Latencies Open(double rate, TimeSpan time)
    {
        (_closed, _underWay) = (false, 0);
        _late.Clear();
        _free.Clear();
        Array.ForEach(_exchanges, _free.Push);
        var schedule = new Schedule(this, _loop.Now + 1_000_000, 1e9 / rate, (long)(rate * time.TotalSeconds));
        _loop.Set(schedule, schedule.Due);
        _loop.Run();
        return _late;
    }

    void Send(Exchange exchange)
    {
        exchange.Deadline = _loop.Now + 10_000_000_000;
        _wire.Send(exchange);
    }

    public void Over(Exchange exchange)
    {
        if (exchange.Failure != Failure.None || exchange.Answer.Status != 200) throw new InvalidOperationException($"a request failed: {exchange.Failure}, {exchange.Detail}");
        _latencies.Add(exchange.Done - exchange.Sent);
        _done++;
        if (!_closed)
        {
            _free.Push(exchange);
            if (_waiting is not { } schedule) return;
            _waiting = null;
            schedule.Ring(_loop.Now);
        }
        else if (exchange.Done < _end) Send(exchange);
        else if (--_underWay == 0) _loop.Stop();
    }

    public void Dispose()
    {
        _wire.Dispose();
        _loop.Dispose();
    }

    sealed class Schedule(LoadTrial trial, long first, double gap, long most) : Alarm
    {
        long _next;

        public long Due => first + (long)(_next * gap);

        public override void Ring(long now)
        {
            while (_next < most && Due <= now)
            {
                if (!trial._free.TryPop(out var exchange))
                {
                    trial._waiting = this; // All are busy: it goes on, late, when one is not.
                    return;
                }

                trial.Send(exchange);
                // The first request of each waits for its connection, which is no lateness of the clock.
                if (exchange.Sent >= 0) trial._late.Add(exchange.Sent - Due);
                _next++;
                now = trial._loop.Now;
            }

            if (_next < most) trial._loop.Set(this, Due);
            else trial._loop.Stop();
        }
    }
}
