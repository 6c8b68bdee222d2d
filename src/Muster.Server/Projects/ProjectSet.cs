using Muster.Telemetry.Store;

namespace Muster.Server.Projects;

/// <summary>One project: its name and its store.</summary>
sealed record Project(string Name, MetricStore Store);

/// <summary>Every project that this process holds.</summary>
sealed class ProjectSet : IAsyncDisposable
{
    public const string Default = "default";

    readonly Dictionary<string, Project> _projects = new(StringComparer.Ordinal);

    public ProjectSet(TelemetryOptions options, TimeProvider time)
    {
        var store = MetricStore.Open(Path.Combine(options.Data, "projects", Default), options.Store, time);
        _projects.Add(Default, new(Default, store));
    }

    public IReadOnlyCollection<Project> All => _projects.Values;

    /// <summary>Whose request it is.</summary>
    public Project Of(HttpContext context) => _projects[Default];

    public async ValueTask DisposeAsync()
    {
        foreach (var project in _projects.Values) await project.Store.DisposeAsync();
    }
}
