using Muster.Telemetry.Intake;
using Muster.Telemetry.Store;

namespace Muster.Telemetry.Scraping;

/// <summary>Scrapes one target at even distances until it is told to end.</summary>
sealed class ScrapeLoop(Target target, ScrapeFetch fetch, ScrapeDesk.Room desks, ScrapeSurroundings around)
{
    /// <summary>A timer that is this late is taken for being on time: even distances take the least room in the store.</summary>
    static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(2);

    readonly SeriesMemory _memory = new(target.Labels, target.Job);
    readonly ScrapeReport _report = new(target.Labels);
    long _lastTime = long.MinValue;
    TargetStatus _status = new(target.Job.Name, target.Labels, target.Discovered, target.Url.ToString(), null, TimeSpan.Zero, TargetHealth.Unknown, "", target.Job.Interval, target.Job.Timeout);

    public TargetStatus Status => Volatile.Read(ref _status);

    public async Task Run(CancellationToken cancel)
    {
        try
        {
            for (var next = Next(around.Time.GetUtcNow()); ; next = Following(next))
            {
                var wait = next - around.Time.GetUtcNow();
                if (wait > TimeSpan.Zero) await Task.Delay(wait, around.Time, cancel);
                await Once(next, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    /// <summary>The target is no more: after <see cref="Run"/> has ended.</summary>
    public async Task End(CancellationToken cancel)
    {
        if (_lastTime == long.MinValue) return;
        var desk = desks.Take();
        var time = Later(around.Time.GetUtcNow().ToUnixTimeMilliseconds());
        _memory.End(time, desk.Outgoing);
        _report.End(desk.Outgoing, time);
        if (await Sent(desk, cancel) is null) _memory.Committed();
        desks.Return(desk);
    }

    internal async Task Once(DateTimeOffset planned, CancellationToken cancel)
    {
        var now = around.Time.GetUtcNow();
        var begun = now - planned <= Slack && planned <= now ? planned : now;
        var stamp = around.Time.GetTimestamp();
        var time = Later(begun.ToUnixTimeMilliseconds());
        var desk = desks.Take();
        var fetched = await fetch.Get(target.Url, desk, cancel);
        var (problem, samples, added) = Taken(fetched, desk, time);
        var duration = around.Time.GetElapsedTime(stamp);
        if (problem is not null)
        {
            desk.Outgoing.Clear();
            _memory.End(time, desk.Outgoing);
        }

        _report.Write(desk.Outgoing, time, problem is null, duration, samples, added);
        if (await Sent(desk, cancel) is { } unsent) problem ??= unsent;
        else _memory.Committed();
        desks.Return(desk);
        Volatile.Write(ref _status, _status with { LastScrape = begun, LastDuration = duration, Health = problem is null ? TargetHealth.Up : TargetHealth.Down, LastError = problem ?? "" });
    }

    (string? Problem, int Samples, int Added) Taken(Fetched fetched, ScrapeDesk desk, long time)
    {
        if (fetched is not Fetched.Body(var length, var format)) return (((Fetched.Failed)fetched).Because, 0, 0);
        if (around.Parser(desk.Body.AsSpan(0, length), format, SeriesMemory.NoTime, desk.Parsed) is { } unreadable) return (unreadable, 0, 0);
        try { return _memory.Take(desk.Parsed, time, desk.Outgoing, out var added) is { } over ? (over, desk.Parsed.Count, 0) : (null, desk.Parsed.Count, added); }
        catch (IntakeProblem beyond) { return (beyond.Message, desk.Parsed.Count, 0); }
    }

    async Task<string?> Sent(ScrapeDesk desk, CancellationToken cancel)
    {
        try
        {
            await around.Sink(desk.Outgoing, cancel);
            return null;
        }
        catch (StoreUnavailable full)
        {
            return $"the samples were not stored: {full.Message}";
        }
    }

    /// <summary>Never the same time twice. A clock that was set back by more than an interval is believed: else its samples would stand one millisecond apart until it has caught up.</summary>
    long Later(long time) => _lastTime = time <= _lastTime && _lastTime - time < target.Job.Interval.TotalMilliseconds ? _lastTime + 1 : time;

    DateTimeOffset Next(DateTimeOffset from) => Next(from, target.Job.Interval, target.Offset);

    /// <summary>The first moment from then on that stands at the offset within its interval.</summary>
    internal static DateTimeOffset Next(DateTimeOffset from, TimeSpan interval, TimeSpan offset)
    {
        var (every, at) = ((long)interval.TotalMilliseconds, (long)offset.TotalMilliseconds);
        var since = (from.UtcTicks - DateTimeOffset.UnixEpoch.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond - at;
        return DateTimeOffset.FromUnixTimeMilliseconds(((since + every - 1) / every * every) + at);
    }

    /// <summary>Those that were missed are left out.</summary>
    DateTimeOffset Following(DateTimeOffset last)
    {
        var (next, now) = (last + target.Job.Interval, around.Time.GetUtcNow());
        // A clock that was set back by more than an interval would else be waited for.
        return next >= now && next - now <= target.Job.Interval + target.Job.Interval ? next : Next(now);
    }
}
