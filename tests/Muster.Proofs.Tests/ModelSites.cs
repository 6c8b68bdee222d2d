using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Muster.Cli;
using Muster.Cli.Tests;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Proofs.Tests;

/// <summary>The small real systems that the model documents look at, on loopback, with the flaws that are planted.</summary>
sealed class ModelSites : IAsyncDisposable
{
    readonly Func<string, bool> _has;
    readonly LoopbackAuthority _authority = LoopbackAuthority.Create("Models' root");
    readonly LoopbackAuthority _stranger = LoopbackAuthority.Create("A stranger's root");
    readonly X509Certificate2 _good;
    readonly LoopbackSite _edge, _second, _plain, _api, _one, _two;
    LoopbackSite? _plaintext;
    int _resolved;

    public ModelSites(Func<string, bool> has)
    {
        _has = has;
        _good = Leaf(_authority, since: 1, until: 89);
        _edge = LoopbackSite.Start(_good);
        _second = LoopbackSite.Start(_good);
        _plain = LoopbackSite.Start();
        _plain.Otherwise = request => _has("PB-24") ? new(200, "<h1>Cloud</h1>", "text/html") : SiteResponse.Redirect($"https://127.0.0.1:{_edge.Port}{request.Path}");
        _api = LoopbackSite.Start();
        _api.Otherwise = Api;
        _one = LoopbackSite.Start();
        _one.Otherwise = request => Replica(request, ready: true, cache: !_has("SU-69"), ModelFiles.Released);
        _two = LoopbackSite.Start();
        _two.Otherwise = request => Replica(request, ready: !_has("SU-14"), cache: true, _has("AI-57") ? Digest.Of("the database, release 2"u8).ToString() : ModelFiles.Released);
        Plaintext = LoopbackListener.ClosedPort();
    }

    int Plaintext { get; }

    public string Roots => _authority.PemOfRoot;

    public string Certificate => Convert.ToHexStringLower(_good.GetCertHash(System.Security.Cryptography.HashAlgorithmName.SHA256));

    /// <summary>The values of a model's environment that stand for ports, as they really are.</summary>
    public IEnumerable<(string Name, int Port)> Ports =>
        [("edge", _edge.Port), ("second", _second.Port), ("plain", _plain.Port), ("plaintext", Plaintext), ("api", _api.Port), ("one", _one.Port), ("two", _two.Port)];

    /// <summary>Certificates and listeners follow the flaws; what is answered follows by itself.</summary>
    public async Task Follow()
    {
        _edge.Present(_has("GR-44") ? Leaf(_authority, since: 90, until: -1) : _has("SU-23") ? Leaf(_stranger, since: 1, until: 89) : _good);
        _second.Present(_has("CG-31") ? Leaf(_authority, since: 90, until: -1) : _good);
        if (_has("AI-36")) _plaintext ??= LoopbackSite.Start(port: Plaintext);
        else if (_plaintext is { } open)
        {
            await open.DisposeAsync();
            _plaintext = null;
        }
    }

    static X509Certificate2 Leaf(LoopbackAuthority by, int since, int until) => by.Leaf(TimeProvider.System, TimeSpan.FromDays(since), TimeSpan.FromDays(until));

    SiteResponse Api(SiteRequest request) => (request.Method, request.Path) switch
    {
        ("GET", "/") when _has("SU-04") => new(500, "out of order"),
        ("GET", "/") => new(200, $"<html><title>{(_has("SU-06") ? "Welcome to your new server" : "Graph")}</title></html>", "text/html; charset=utf-8"),
        ("GET", "/healthz") when _has("SU-31") || _has("SU-67") => SiteResponse.Json(503, """{ "status": "starting" }"""),
        ("GET", "/healthz") => SiteResponse.Json(200, _has("SU-07") ? """{ "status": "degraded", "note": "status was ok" }""" : """{ "status": "ok" }"""),
        ("GET", "/health/detailed") => SiteResponse.Json(200, _has("SU-60") ? """{ "cache": { "state": "up", "strategy": "none" } }""" : """{ "cache": { "state": "up", "strategy": "read-through" } }"""),
        ("GET", "/projects") => _has("CG-47") ? new(200, "<h1>Projects</h1> invoice 4711", "text/html") : SiteResponse.Redirect("/sign-in", 302) with { Body = "Sign in first." },
        ("GET", "/api/v1/logs") when _has("CG-87") => SiteResponse.Json(200, "[]"),
        ("POST", "/points") => SiteResponse.Json(_has("AI-49") ? 201 : 403, "{}"),
        ("GET", "/points/1") => SiteResponse.Json(200, """{ "id": 1 }"""),
        ("GET", "/resolved") => SiteResponse.Json(200, $$"""{ "count": {{_resolved.ToString(CultureInfo.InvariantCulture)}} }"""),
        ("POST", "/graphql") => Query(),
        ("GET", "/flags") => SiteResponse.Json(200, """{ "assistant": "off", "pipelines": "off" }"""),
        ("GET", "/pipelines/run") when _has("SU-22") => SiteResponse.Json(200, """{ "run": 1 }"""),
        ("GET", "/toggles") => SiteResponse.Json(200, """{ "stream": "off", "search": "off" }"""),
        ("GET", "/integrations/search") when _has("SU-48") => SiteResponse.Json(200, """{ "hits": [] }"""),
        ("GET", "/login") => SiteResponse.Redirect("https://id.shop.test/authorize?redirect_uri=https%3A%2F%2Fgraph.shop.test%2Fback", 302),
        ("GET", "/authorize") when _has("SU-44") => SiteResponse.Redirect("https://elsewhere.test/", 302),
        ("GET", "/authorize") => SiteResponse.Json(400, """{ "error": "redirect_uri" }"""),
        _ => SiteResponse.Json(404, """{ "error": "disabled" }"""),
    };

    SiteResponse Query()
    {
        if (_has("SU-59")) Interlocked.Increment(ref _resolved);
        return SiteResponse.Json(400, """{ "error": "too deep" }""");
    }

    static SiteResponse Replica(SiteRequest request, bool ready, bool cache, string release) => request.Path switch
    {
        "/health" => SiteResponse.Json(200, """{ "status": "ok" }"""),
        "/health/ready" => ready ? SiteResponse.Json(200, """{ "status": "ready" }""") : SiteResponse.Json(503, """{ "status": "waiting" }"""),
        "/health/detailed" => SiteResponse.Json(200, $$"""{ "status": "ok", "dependencies": { "graph": "up", "relational": "up", "cache": "{{(cache ? "up" : "down")}}" } }"""),
        "/version" => SiteResponse.Json(200, $$"""{ "digest": "{{release}}" }"""),
        _ => new(404),
    };

    public async ValueTask DisposeAsync()
    {
        foreach (var site in (LoopbackSite?[])[_edge, _second, _plain, _api, _one, _two, _plaintext])
            if (site is not null) await site.DisposeAsync();
        _authority.Dispose();
        _stranger.Dispose();
    }
}
