using Muster.Server.Keys;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Store;

namespace Muster.Server.Projects;

/// <summary>One project: its store, and what of the machine it may take, so that one that sends or asks without end keeps no other waiting.</summary>
/// <param name="quota">Null: it may send as much as comes.</param>
/// <param name="queriesAtOnce">Of those that run for all projects together.</param>
/// <param name="mostHeld">Bytes of its requests that are held at a time, those that are still coming among them.</param>
sealed class Project(string name, MetricStore store, TokenBucket? quota, int queriesAtOnce, long mostHeld) : IAsyncDisposable
{
    const int WritesAtOnce = 8;

    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    readonly SemaphoreSlim _writes = new(WritesAtOnce);

    public string Name { get; } = name;

    public MetricStore Store { get; } = store;

    /// <summary>Taken before the place that is shared with other projects.</summary>
    public SemaphoreSlim Queries { get; } = new(queriesAtOnce);

    public long Accepted => Volatile.Read(ref _accepted);

    public long OverQuota => Volatile.Read(ref _overQuota);

    /// <summary>Samples and points that could not be read for what they should be; the store knows nothing of them.</summary>
    public long Invalid => Volatile.Read(ref _invalid);

    /// <summary>Bytes of requests that are held now.</summary>
    public long Held => Volatile.Read(ref _held);

    long _accepted, _overQuota, _invalid, _held;

    public void CountInvalid(int samples) => Interlocked.Add(ref _invalid, samples);

    /// <exception cref="StoreUnavailable">There is no room: nothing is held by this call.</exception>
    public void Hold(int bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= mostHeld) return;
        LetGo(bytes);
        throw new StoreUnavailable($"project {Name} has more under way than is held at a time", Soon);
    }

    public void LetGo(int bytes) => Interlocked.Add(ref _held, -bytes);

    /// <summary>A place to read and write one request, given back when it is disposed.</summary>
    /// <exception cref="StoreUnavailable">None became free.</exception>
    public async ValueTask<IDisposable> Enter(CancellationToken cancel) =>
        await _writes.WaitAsync(LongestWait, cancel) ? new Place(_writes) : throw new StoreUnavailable($"project {Name} sends more than can be written", LongestWait);

    sealed class Place(SemaphoreSlim places) : IDisposable
    {
        public void Dispose() => places.Release();
    }

    /// <summary>By who has a place.</summary>
    /// <exception cref="QuotaExceeded">It sends more than it may.</exception>
    /// <exception cref="StoreUnavailable">Nothing can be taken now.</exception>
    public async ValueTask<Appended> Append(SampleBatch batch, bool durable, CancellationToken cancel)
    {
        if (quota is not null && !quota.TryTake(batch.Count, out var wait))
        {
            Interlocked.Add(ref _overQuota, batch.Count);
            throw new QuotaExceeded($"project {Name} sends more samples than it may", wait);
        }

        return await Counted(batch, durable, cancel);
    }

    /// <summary>What this process gathers by itself: there is no sender that could be told to wait.</summary>
    /// <exception cref="StoreUnavailable">Nothing can be taken now.</exception>
    public async ValueTask AppendOwn(SampleBatch batch, CancellationToken cancel) => await Counted(batch, durable: false, cancel);

    async ValueTask<Appended> Counted(SampleBatch batch, bool durable, CancellationToken cancel)
    {
        var appended = await Store.Append(batch, durable, cancel);
        Interlocked.Add(ref _accepted, appended.Accepted);
        return appended;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _writes.Dispose();
        Queries.Dispose();
    }
}
