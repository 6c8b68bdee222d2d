using Muster.Server.Keys;
using Muster.Telemetry.Store;

namespace Muster.Server.Projects;

/// <summary>Every project that this process holds, each in a folder of its own, and the one that it keeps about itself.</summary>
sealed class ProjectSet : IAsyncDisposable
{
    public const string Default = "default", Own = "muster";

    /// <summary>Seconds of a quota that may come at once: a sender that was cut off catches up.</summary>
    const int Burst = 10;

    /// <summary>As many of the largest requests a project may have under way at a time.</summary>
    const int LargestAtOnce = 8;

    readonly Dictionary<string, Project> _projects = new(StringComparer.Ordinal);

    public ProjectSet(TelemetryOptions options, TimeProvider time)
    {
        try
        {
            foreach (var settings in options.Projects.Count > 0 ? options.Projects : [new(Default, [])]) Open(options, settings, time);
            if (options.KeepsOwnMetrics && !_projects.ContainsKey(Own)) Open(options, new(Own, [], TimeSpan.FromDays(15), 1L << 30), time);
        }
        catch
        {
            foreach (var project in _projects.Values) project.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }
    }

    void Open(TelemetryOptions options, ProjectSettings settings, TimeProvider time)
    {
        var kept = options.Store with { Retention = settings.Retention ?? options.Store.Retention, MaxBytes = settings.MaxBytes ?? options.Store.MaxBytes, MaxSeries = settings.MaxSeries ?? options.Store.MaxSeries };
        var store = MetricStore.Open(Path.Combine(options.Data, "projects", settings.Name), kept, time);
        var quota = settings.SamplesPerSecond is { } perSecond ? new TokenBucket(perSecond, (double)perSecond * Burst, time) : null;
        // With several projects none may take every place.
        var queries = options.Projects.Count > 1 ? Math.Max(1, options.QueriesAtOnce - 1) : options.QueriesAtOnce;
        _projects.Add(settings.Name, new(settings.Name, store, quota, queries, (long)options.MostRequestBytes * LargestAtOnce));
    }

    public IReadOnlyCollection<Project> All => _projects.Values;

    public Project? Named(string name) => _projects.GetValueOrDefault(name);

    /// <summary>Whose request it is, as the gate of keys has found.</summary>
    public static Project Of(HttpContext context) => context.Features.Get<Project>() ?? throw new InvalidOperationException("a request came past the gate");

    public async ValueTask DisposeAsync()
    {
        foreach (var project in _projects.Values) await project.DisposeAsync();
    }
}
