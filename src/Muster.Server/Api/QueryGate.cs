using System.Diagnostics;
using Muster.Server.Projects;
using Muster.Telemetry.Promql;

namespace Muster.Server.Api;

/// <summary>Lets only so many queries run at a time, each for so long: one that reads everything keeps nobody else waiting for ever.</summary>
sealed class QueryGate(TelemetryOptions options) : IDisposable
{
    readonly SemaphoreSlim _places = new(options.QueriesAtOnce);

    public async Task<T> Run<T>(Project project, TimeSpan longest, Func<CancellationToken, T> query, CancellationToken aborted)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        late.CancelAfter(longest < options.QueryTime ? longest : options.QueryTime);
        try
        {
            await project.Queries.WaitAsync(late.Token);
            try
            {
                await _places.WaitAsync(late.Token);
                try { return await Task.Run(() => query(late.Token), late.Token); }
                finally { _places.Release(); }
            }
            finally { project.Queries.Release(); }
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            throw new QueryProblem(QueryProblemKind.Timeout, "query timed out in query execution");
        }
    }

    public void Dispose() => _places.Dispose();
}
