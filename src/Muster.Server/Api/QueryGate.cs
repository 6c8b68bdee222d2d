using Muster.Server.Projects;
using Muster.Telemetry.Promql;

namespace Muster.Server.Api;

/// <summary>There is no room for an answer now.</summary>
sealed class Busy(string message) : Exception(message)
{
    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);
}

/// <summary>
/// Lets only so many queries run at a time, each for so long: one that reads everything keeps nobody else waiting for ever. What a query came to is in
/// memory until its reader has taken it, long after its place is free: all of that together is bounded too, and readers that do not read keep no query waiting.
/// </summary>
sealed class QueryGate(TelemetryOptions options) : IDisposable
{
    readonly SemaphoreSlim _places = new(options.QueriesAtOnce);
    readonly long _mostUnread = options.Query.MaxSamples * 2;
    long _unread;

    public Task<T> Run<T>(Project project, Func<CancellationToken, T> query, CancellationToken aborted) => Run(project, options.QueryTime, query, aborted);

    public async Task<T> Run<T>(Project project, TimeSpan longest, Func<CancellationToken, T> query, CancellationToken aborted)
    {
        T? result = default;
        await Run(project, longest, query, static _ => 0, (answer, _) => Task.FromResult(result = answer), aborted);
        return result!;
    }

    /// <param name="size">How many samples an answer holds until it is written.</param>
    /// <exception cref="Busy">Answers that are not read yet leave no room for this one.</exception>
    public async Task Run<T>(Project project, TimeSpan longest, Func<CancellationToken, T> query, Func<T, long> size, Func<T, CancellationToken, Task> write, CancellationToken aborted)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        late.CancelAfter(longest < options.QueryTime ? longest : options.QueryTime);
        try
        {
            var result = await Compute(project, query, late.Token);
            var held = size(result);
            try
            {
                // One alone has room always: a query gives out no more than it may hold.
                if (Interlocked.Add(ref _unread, held) > _mostUnread) throw new Busy("other answers that are not read yet take all the memory there is for them");
                await write(result, late.Token);
            }
            finally { Interlocked.Add(ref _unread, -held); }
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            throw new QueryProblem(QueryProblemKind.Timeout, "query timed out in query execution");
        }
    }

    async Task<T> Compute<T>(Project project, Func<CancellationToken, T> query, CancellationToken cancel)
    {
        await project.Queries.WaitAsync(cancel);
        try
        {
            await _places.WaitAsync(cancel);
            try { return await Task.Run(() => query(cancel), cancel); }
            finally { _places.Release(); }
        }
        finally { project.Queries.Release(); }
    }

    public void Dispose() => _places.Dispose();
}
