using Muster.Server.Projects;
using Muster.Telemetry.Promql;

namespace Muster.Server.Api;

/// <summary>
/// Lets only so many queries run at a time, each for so long: one that reads everything keeps nobody else waiting for ever. What a query came to is in
/// memory until its reader has taken it, so that there are places for large answers too; more of them than of the others, as a slow reader costs no work.
/// </summary>
sealed class QueryGate(TelemetryOptions options) : IDisposable
{
    const int AnswersForEachQuery = 4;

    readonly SemaphoreSlim _places = new(options.QueriesAtOnce);
    readonly SemaphoreSlim _answers = new(options.QueriesAtOnce * AnswersForEachQuery);

    public Task<T> Run<T>(Project project, Func<CancellationToken, T> query, CancellationToken aborted) => Run(project, options.QueryTime, query, aborted);

    public async Task<T> Run<T>(Project project, TimeSpan longest, Func<CancellationToken, T> query, CancellationToken aborted)
    {
        T? result = default;
        await Run(project, longest, query, static _ => false, (answer, _) => Task.FromResult(result = answer), aborted);
        return result!;
    }

    /// <param name="isLarge">Whether the answer needs a place of its own while it is written.</param>
    public async Task Run<T>(Project project, TimeSpan longest, Func<CancellationToken, T> query, Func<T, bool> isLarge, Func<T, CancellationToken, Task> write, CancellationToken aborted)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        late.CancelAfter(longest < options.QueryTime ? longest : options.QueryTime);
        try
        {
            var (result, holds) = await Compute(project, query, isLarge, late.Token);
            try { await write(result, late.Token); }
            finally
            {
                if (holds) _answers.Release();
            }
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            throw new QueryProblem(QueryProblemKind.Timeout, "query timed out in query execution");
        }
    }

    async Task<(T Result, bool HoldsPlace)> Compute<T>(Project project, Func<CancellationToken, T> query, Func<T, bool> isLarge, CancellationToken cancel)
    {
        await project.Queries.WaitAsync(cancel);
        try
        {
            await _places.WaitAsync(cancel);
            try
            {
                var result = await Task.Run(() => query(cancel), cancel);
                if (!isLarge(result)) return (result, false);
                await _answers.WaitAsync(cancel);
                return (result, true);
            }
            finally { _places.Release(); }
        }
        finally { project.Queries.Release(); }
    }

    public void Dispose()
    {
        _places.Dispose();
        _answers.Dispose();
    }
}
