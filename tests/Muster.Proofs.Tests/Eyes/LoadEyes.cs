using Muster.Probes;

namespace Muster.Proofs.Tests;

/// <summary>A small application that is put under load, and each way in which a load test ends badly: by its pages, by a few slow answers, by a few errors, by too few samples, by being another application or another release.</summary>
sealed class LoadEyes : IEyes
{
    const string This = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
    const string Other = "sha256:2222222222222222222222222222222222222222222222222222222222222222";
    static readonly SiteResponse Up = SiteResponse.Json(200, """{ "status": "up", "items": [ { "id": 1 } ] }""");
    LoopbackSite? _app;
    string _folder = "";
    string _environment = "staging", _image = This;
    Func<string, long, SiteResponse?> _odd = static (_, _) => null;
    long _asked;

    public string Name => "load";

    public Lane Lane => Lane.Quiet;

    public IReadOnlyList<Break> Breaks =>
    [
        new(["GR-45"], "the address leads to production's application", Do(() => _environment = "production"), Do(() => _environment = "staging")),
        new(["GR-46"], "the health page says that it is down", Do(() => _odd = static (path, _) => path == "/api/health" ? SiteResponse.Json(200, """{ "status": "down" }""") : null), Well),
        new(["GR-47"], "the list of items comes quickly, and empty", Do(() => _odd = static (path, _) => path == "/api/items" ? SiteResponse.Json(200, """{ "items": [] }""") : null), Well),
        new(["GR-48"], "the scrape is answered with an error, while the users are served", Do(() => _odd = static (path, _) => path == "/metrics" ? new(500, "no metrics") : null), Well),
        new(["GR-49"], "6 % of the answers stall", Do(() => _odd = static (_, number) => number % 16 == 0 ? Up with { After = TimeSpan.FromSeconds(1.3) } : null), Well),
        new(["GR-50"], "2 % of the answers stall for long", Do(() => _odd = static (_, number) => number % 50 == 0 ? Up with { After = TimeSpan.FromSeconds(2.3) } : null), Well),
        new(["GR-51", "GR-52"], "one request of 400 fails", Do(() => _odd = static (_, number) => number % 400 == 0 ? new(503, "busy") : null), Well),
        new(["GR-51"], "it is so slow that too few requests are answered to tell", Do(() => _odd = static (_, _) => Up with { After = TimeSpan.FromMilliseconds(300) }), Well, "unproven"),
        new(["GR-52"], "another release was built, and nobody has put load on it", Do(() => Release(Other)), Do(() => Release(This)), "unproven"),
        new(["SU-89"], "what is loaded is still the release before", Do(() => _image = Other), Do(() => _image = This)),
        new(["SU-89"], "the release fails every tenth request under load", Do(() => _odd = static (_, number) => number % 10 == 0 ? new(500, "broken") : null), Well),
    ];

    Func<CancellationToken, Task> Well => Do(() => _odd = static (_, _) => null);

    public Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        _folder = folder;
        Release(This);
        _app = LoopbackSite.Start().Route("/version", _ => SiteResponse.Json(200, $$"""{ "environment": "{{_environment}}", "image": "{{_image}}" }"""));
        _app.Otherwise = request => request.Path is "/api/health" or "/api/items" ? Odd(request) ?? Up
            : request.Path == "/metrics" ? Odd(request) ?? new(200, "# TYPE up gauge\nup 1\n")
            : new(404);
        return Task.FromResult<IReadOnlyDictionary<string, int>>(new Dictionary<string, int> { ["app"] = _app.Port });
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
    }

    SiteResponse? Odd(SiteRequest request) => _odd(request.Path, Interlocked.Increment(ref _asked));

    void Release(string image) => File.WriteAllText(Path.Combine(_folder, "release.json"), $$"""{ "artifacts": { "app": "{{image}}" } }""");

    static Func<CancellationToken, Task> Do(Action change) => _ =>
    {
        change();
        return Task.CompletedTask;
    };
}
