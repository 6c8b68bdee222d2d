using Muster.Server.Keys;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Store;

namespace Muster.Server.Projects;

/// <summary>One project: its store, and what of the machine it may take, so that one that sends or asks without end keeps no other waiting.</summary>
/// <param name="quota">Null: it may send as much as comes.</param>
/// <param name="queriesAtOnce">Of those that run for all projects together.</param>
sealed class Project(string name, MetricStore store, TokenBucket? quota, int queriesAtOnce) : IAsyncDisposable
{
    const int AppendsAtOnce = 8;

    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    readonly SemaphoreSlim _appends = new(AppendsAtOnce);

    public string Name { get; } = name;

    public MetricStore Store { get; } = store;

    /// <summary>Taken before the place that is shared with other projects.</summary>
    public SemaphoreSlim Queries { get; } = new(queriesAtOnce);

    public long Accepted => Volatile.Read(ref _accepted);

    public long OverQuota => Volatile.Read(ref _overQuota);

    long _accepted, _overQuota;

    /// <exception cref="QuotaExceeded">It sends more than it may.</exception>
    /// <exception cref="StoreUnavailable">Nothing can be taken now.</exception>
    public async ValueTask<Appended> Append(SampleBatch batch, bool durable, CancellationToken cancel)
    {
        if (quota is not null && !quota.TryTake(batch.Count, out var wait))
        {
            Interlocked.Add(ref _overQuota, batch.Count);
            throw new QuotaExceeded($"project {Name} sends more samples than it may", wait);
        }

        if (!await _appends.WaitAsync(LongestWait, cancel)) throw new StoreUnavailable($"project {Name} sends more than can be written", LongestWait);
        try
        {
            var appended = await Store.Append(batch, durable, cancel);
            Interlocked.Add(ref _accepted, appended.Accepted);
            return appended;
        }
        finally { _appends.Release(); }
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _appends.Dispose();
        Queries.Dispose();
    }
}
