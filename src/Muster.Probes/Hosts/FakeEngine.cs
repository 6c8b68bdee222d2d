using System.Collections.Concurrent;
using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The API of a container engine as far as it tells how its containers are, on a real socket.</summary>
sealed class FakeEngine : IAsyncDisposable
{
    public const string Pinned = "registry.shop.test/app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    readonly LoopbackSite _site;
    readonly ConcurrentDictionary<string, Value.Fields> _containers = new(StringComparer.Ordinal);

    FakeEngine(int port)
    {
        _site = LoopbackSite.Start(port: port);
        _site.Otherwise = Answer;
    }

    public int Port => _site.Port;

    public string Address => _site.Address.AbsoluteUri;

    public static FakeEngine Start(int port = 0) => new(port);

    /// <summary>Makes the container of a service, or makes it anew.</summary>
    public void Run(string project, string service, string state = "running", string? health = "healthy", int restarts = 0, int exit = 0, string image = Pinned, string published = "", int seconds = 600)
    {
        var running = state is "running" or "restarting";
        var status = Value.Of(("Status", state), ("Running", running), ("Restarting", state == "restarting"), ("OOMKilled", false), ("ExitCode", exit), ("StartedAt", Now.AddSeconds(-seconds)));
        if (health is not null) status = status.With("Health", Value.Of(("Status", health)));
        var ports = Value.Fields.Empty;
        if (published.Split("->") is [var outside, var inside] && outside.LastIndexOf(':') is var colon) ports = ports.With(inside, Value.List([Value.Of(("HostIp", outside[..colon]), ("HostPort", outside[(colon + 1)..]))]));
        _containers[$"{project}-{service}-1"] = Value.Of(
            ("Id", $"id-{project}-{service}"), ("Name", $"/{project}-{service}-1"), ("RestartCount", restarts), ("Image", "sha256:fedcba"), ("State", status),
            ("Config", Value.Of(("Image", image), ("User", ""), ("Labels", Value.Of(("com.docker.compose.project", project), ("com.docker.compose.service", service))))),
            ("HostConfig", Value.Of(("RestartPolicy", Value.Of(("Name", "unless-stopped"))), ("NetworkMode", "shop"), ("Privileged", false))), ("NetworkSettings", Value.Of(("Ports", ports))));
    }

    public void Remove(string project, string service) => _containers.TryRemove($"{project}-{service}-1", out _);

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    SiteResponse Answer(SiteRequest request) => request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["version"] => Json(Value.Of(("Version", "27.0.1"), ("ApiVersion", "1.46"))),
        ["info"] => Json(Value.Of(("ID", "ENGINE"), ("Name", "host-1"), ("SystemTime", Now), ("Swarm", Value.Of(("LocalNodeState", "inactive"))))),
        ["containers", "json"] => Json(Value.List(_containers.Values.Where(one => Asks(request.Query, one)).Select(one => Value.Of(("Id", one["Id"]!))))),
        ["containers", var id, "json"] when _containers.Values.FirstOrDefault(one => one.Text("Id") == id) is { } found => Json(found),
        ["images", .., "json"] => Json(Value.Of(("RepoDigests", Value.Texts([Pinned])))),
        _ => new(404),
    };

    static bool Asks(string query, Value container) =>
        !query.Contains("filters=", StringComparison.Ordinal) || query.Contains(Uri.EscapeDataString(string.Create(CultureInfo.InvariantCulture, $"com.docker.compose.project={container.Text("Config", "Labels", "com.docker.compose.project")}\"")), StringComparison.Ordinal);

    static SiteResponse Json(Value value) => SiteResponse.Json(200, CanonicalJson.Text(value));

    public ValueTask DisposeAsync() => _site.DisposeAsync();
}
