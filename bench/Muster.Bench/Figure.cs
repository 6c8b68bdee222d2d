namespace Muster.Bench;

/// <summary>A figure that we promise or watch. <see cref="Prepare"/> does what is not measured: data, files, servers.</summary>
/// <param name="Goal">What is to be reached, as people read it; null for a figure that is only watched.</param>
sealed record Figure(string Name, string? Goal, Func<Work> Prepare);

/// <summary>What is measured: <see cref="Once"/> does it and returns how many units it did. <see cref="Unit"/> is one of them, in the singular.</summary>
sealed record Work(string Unit, Func<long> Once, Action? Clear = null) : IDisposable
{
    /// <summary>Bytes that one call takes in or gives out, where a rate in MB/s says more.</summary>
    public long Bytes { get; init; }

    /// <summary>Peak resident bytes, when another process than this one does the work.</summary>
    public Func<long>? Peak { get; init; }

    public void Dispose() => Clear?.Invoke();
}
