using System.Net;
using Muster.Server.Keys;
using Muster.Telemetry.Promql;
using Muster.Telemetry.Store;

namespace Muster.Server;

/// <summary>How the memory is hosted.</summary>
sealed record TelemetryOptions
{
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 7280);

    /// <summary>OTLP over HTTP; null: only where everything else is served.</summary>
    public IPEndPoint? OtlpHttp { get; init; }

    /// <summary>OTLP over gRPC; null: not taken.</summary>
    public IPEndPoint? OtlpGrpc { get; init; }

    /// <summary>None: one project, for whoever reaches this machine's loopback.</summary>
    public IReadOnlyList<ProjectSettings> Projects { get; init; } = [];

    /// <summary>Whether what this process knows of itself is written into a project of its own.</summary>
    public bool KeepsOwnMetrics { get; init; }

    /// <summary>Folder of the samples: one below it for each project.</summary>
    public required string Data { get; init; }

    public StoreOptions Store { get; init; } = new();

    public QueryOptions Query { get; init; } = QueryOptions.Default;

    /// <summary>File that says what to scrape; null: nothing.</summary>
    public string? Scrape { get; init; }

    /// <summary>How long a query may take.</summary>
    public TimeSpan QueryTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Queries that run at a time; others wait.</summary>
    public int QueriesAtOnce { get; init; } = Math.Max(2, Environment.ProcessorCount);

    /// <summary>Largest request that is taken, after decompression too.</summary>
    public int MostRequestBytes { get; init; } = 64 << 20;

    /// <summary>Deletion and snapshots over the API.</summary>
    public bool Admin { get; init; }
}
