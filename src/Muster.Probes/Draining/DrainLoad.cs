using System.Collections.Concurrent;
using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A request that takes a while: open when the signal came, or not.</summary>
sealed class DrainSlow
{
    public DrainAnswer? Answer;

    public long Began;

    public long Ended;
}

/// <summary>
/// Requests at a constant rate, by turns on connections that are kept and on new ones, and beside them some that take a while, so that something is open at any time. It sends as long as it may, and counts how each ended.
/// </summary>
sealed class DrainLoad(Given given, string path, string slow, int rate, int open, string? servedBy, TimeSpan patience, TrustAnchors trust, ProbeContext context)
{
    const int MostAtOnce = 1000;
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);
    readonly ConcurrentBag<DrainConnection> _kept = [];
    readonly ConcurrentDictionary<string, int> _failed = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<DrainSlow, bool> _open = new();
    readonly string _lines = string.Concat(HttpApi.HeadersOf(given).Select(header => $"{header.Name}: {header.Text}\r\n"));
    readonly string _path = HttpRequestLine.UrlOf(given.Target, path).PathAndQuery, _slow = HttpRequestLine.UrlOf(given.Target, slow).PathAndQuery;
    int _sent, _under, _unsent, _answered;
    volatile Exception? _barred;

    public int Sent => Volatile.Read(ref _sent);

    public int Answered => Volatile.Read(ref _answered);

    /// <summary>What bars us from asking at all: the guard, or a question that cannot be asked. Nothing that was counted is anybody's failure then.</summary>
    public void ThrowIfBarred()
    {
        if (_barred is { } barred) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(barred);
    }

    public int Failed => _failed.Values.Sum();

    /// <summary>What failed, by how; names in order.</summary>
    public Value.Fields Errors => new(_failed.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => KeyValuePair.Create<string, Value>(one.Key, one.Value)));

    /// <summary>Requests for which there was no place, since so many had no answer yet.</summary>
    public int Unsent => Volatile.Read(ref _unsent);

    /// <summary>What is open now, of those that take a while.</summary>
    public IReadOnlyCollection<DrainSlow> Open => [.. _open.Keys];

    /// <summary>The shortest time in which one of those that take a while was answered.</summary>
    public TimeSpan? Quickest { get; private set; }

    /// <summary>Sends as long as <paramref name="may"/>; returns when all that was sent has ended.</summary>
    public async Task Run(Func<bool> may, CancellationToken cancel)
    {
        if (_lines.AsSpan().Count('\r') != HttpApi.HeadersOf(given).Count) throw Given.Wrong("headers", "cannot be sent");
        var all = new ConcurrentDictionary<Task, bool>();
        void Begin(Func<Task> what)
        {
            var task = what();
            all[task] = true;
            task.ContinueWith(done => { if (done.IsCompletedSuccessfully) all.TryRemove(done, out _); }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        var slow = Enumerable.Range(0, open).Select(async _ => { while (may()) await Slow(cancel); }).ToList();
        using var pace = new PeriodicTimer(Pace, context.Clock);
        var began = context.Clock.GetTimestamp();
        for (var number = 0L; may() && await pace.WaitForNextTickAsync(cancel);)
            for (var due = (long)(context.Clock.GetElapsedTime(began).TotalSeconds * rate); number < due; number++)
                if (!may()) break;
                else if (Volatile.Read(ref _under) >= MostAtOnce) Interlocked.Increment(ref _unsent);
                else if (number % 2 == 0) Begin(() => Kept(cancel));
                else Begin(() => New(_path, cancel));
        await Task.WhenAll([.. all.Keys, .. slow]);
        while (_kept.TryTake(out var one)) await one.DisposeAsync();
    }

    async Task Slow(CancellationToken cancel)
    {
        var one = new DrainSlow { Began = context.Clock.GetTimestamp() };
        _open[one] = true;
        one.Answer = await New(_slow, cancel);
        one.Ended = context.Clock.GetTimestamp();
        if (one.Answer.IsOk && context.Clock.GetElapsedTime(one.Began, one.Ended) is var took)
            lock (_open) Quickest = took < (Quickest ?? took) ? took : Quickest ?? took;
        _open.TryRemove(one, out _);
        if (!one.Answer.IsOk) await Task.Delay(Pace, context.Clock, cancel); // Not a storm where nobody answers.
    }

    async Task Kept(CancellationToken cancel)
    {
        if (!_kept.TryTake(out var connection)) connection = null;
        var answer = await Counted(async limit =>
        {
            connection ??= await DrainConnection.Open(given, trust, context, limit);
            return await connection.Get(_path, _lines, last: false, servedBy, limit);
        }, cancel);
        if (connection is null) return;
        if (answer.Kept) _kept.Add(connection);
        else await connection.DisposeAsync();
    }

    Task<DrainAnswer> New(string at, CancellationToken cancel) => Counted(async limit =>
    {
        await using var connection = await DrainConnection.Open(given, trust, context, limit);
        return await connection.Get(at, _lines, last: true, servedBy, limit);
    }, cancel);

    async Task<DrainAnswer> Counted(Func<CancellationToken, Task<DrainAnswer>> send, CancellationToken cancel)
    {
        Interlocked.Increment(ref _sent);
        Interlocked.Increment(ref _under);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        DrainAnswer answer;
        try { answer = await send(limit.Token); }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { answer = new("timeout", null, false); }
        catch (Exception broken) when (broken is Unseen or IOException && !DrainFaults.IsOurs(broken)) { answer = new(DrainFaults.Connecting(broken), null, false); }
        catch (Exception ours) when (ours is Unseen) { (_barred, answer) = (ours, new("barred", null, false)); }
        finally { Interlocked.Decrement(ref _under); }
        if (answer.IsOk) Interlocked.Increment(ref _answered);
        else _failed.AddOrUpdate(answer.Class, 1, static (_, count) => count + 1);
        return answer;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sent} requests, {Failed} failed: {Errors}");
}
