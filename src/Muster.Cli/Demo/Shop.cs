using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Demo;

/// <summary>
/// A small real system on loopback: a TLS edge with health endpoints and orders, a plain-HTTP listener, an admin port, a backup manifest and a release manifest.
/// Every fault is really there when it is planted, and really gone when it is mended.
/// </summary>
sealed class Shop : IAsyncDisposable
{
    static readonly string Released = Digest.Of("the shop, release 1.4.0"u8).ToString();
    readonly string _folder;
    readonly LoopbackAuthority _authority = LoopbackAuthority.Create("Shop demo root");
    readonly ConcurrentDictionary<string, string> _orders = new();
    readonly HashSet<Fault> _faults;
    readonly TimeProvider _clock;
    LoopbackSite _site = null!;
    LoopbackSite _plain = null!;
    LoopbackSite? _admin;
    int _order;
    bool _closed;

    Shop(string folder, IEnumerable<Fault> faults, TimeProvider clock) => (_folder, _faults, _clock) = (folder, [.. faults], clock);

    public int Https => _site.Port;

    public int Http => _plain.Port;

    public int AdminPort { get; private set; }

    /// <summary>Starts it with the faults, and writes what belongs beside its document: ca.pem, release.json, backup.json.</summary>
    public static Shop Start(string folder, IEnumerable<Fault> faults, TimeProvider clock, int https = 0, int http = 0, int admin = 0)
    {
        var shop = new Shop(folder, faults, clock);
        shop._site = LoopbackSite.Start(shop.Leaf(), port: https);
        shop._plain = LoopbackSite.Start(port: http);
        shop._plain.Otherwise = shop.Plain;
        shop._site.Otherwise = shop.Edge;
        shop._admin = LoopbackSite.Start(port: admin);
        shop.AdminPort = shop._admin.Port;
        if (!shop.Has(Fault.Admin)) shop.CloseAdmin().AsTask().Wait();
        File.WriteAllText(Path.Combine(folder, "ca.pem"), shop._authority.PemOfRoot);
        File.WriteAllText(Path.Combine(folder, "release.json"), $$"""{ "artifacts": { "shop": "{{Released}}" } }""" + "\n");
        shop.WriteBackup();
        return shop;
    }

    /// <summary>Takes the fault away, or plants it.</summary>
    public async Task Set(Fault fault, bool planted)
    {
        if (planted) _faults.Add(fault);
        else _faults.Remove(fault);
        if (fault == Fault.Certificate) _site.Present(Leaf());
        if (fault == Fault.Backup) WriteBackup();
        if (fault != Fault.Admin) return;
        if (planted) _admin ??= LoopbackSite.Start(port: AdminPort);
        else await CloseAdmin();
    }

    bool Has(Fault fault) => _faults.Contains(fault);

    X509Certificate2 Leaf() => Has(Fault.Certificate)
        ? _authority.Leaf(_clock, since: TimeSpan.FromDays(81), until: TimeSpan.FromDays(9))
        : _authority.Leaf(_clock, since: TimeSpan.FromDays(1), until: TimeSpan.FromDays(89));

    SiteResponse Plain(SiteRequest request) => Has(Fault.PlainHttp)
        ? new(200, "<h1>Shop</h1>", "text/html")
        : SiteResponse.Redirect($"https://127.0.0.1:{Https}{request.Path}", 308);

    SiteResponse Edge(SiteRequest request)
    {
        var answer = request switch
        {
            { Path: "/" } => new(200, "<h1>Shop</h1>", "text/html"),
            { Path: "/health/live" } => SiteResponse.Json(200, """{ "status": "pass" }"""),
            { Path: "/health/ready" } => SiteResponse.Json(200, """{ "status": "pass" }"""), // with its fault: it never looks
            { Path: "/health/detailed" } => SiteResponse.Json(200, $$"""{ "status": "{{(Has(Fault.Readiness) ? "fail" : "pass")}}", "checks": { "database": "{{(Has(Fault.Readiness) ? "down" : "up")}}" } }"""),
            { Path: "/version" } => SiteResponse.Json(200, $$"""{ "version": "1.4.0", "digest": "{{(Has(Fault.OldRelease) ? Digest.Of("the shop, release 1.3.9"u8).ToString() : Released)}}" }"""),
            { Path: "/orders", Method: "POST" } => Order(request),
            { Method: "GET" } when request.Path.StartsWith("/orders/", StringComparison.Ordinal) =>
                _orders.TryGetValue(request.Path["/orders/".Length..], out var order) ? SiteResponse.Json(200, order) : SiteResponse.Json(404, """{ "error": "no such order" }"""),
            _ => new SiteResponse(404, "not found"),
        };
        return answer.With("Strict-Transport-Security", "max-age=31536000");
    }

    SiteResponse Order(SiteRequest request)
    {
        if (request.Body.Length > 4096 || _orders.Count > 10_000) return new(413, "too much");
        var id = Interlocked.Increment(ref _order).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (!Has(Fault.LostOrders)) _orders[id] = request.Body;
        return SiteResponse.Json(201, $$"""{ "id": "{{id}}" }""");
    }

    void WriteBackup() => File.WriteAllText(Path.Combine(_folder, "backup.json"), Has(Fault.Backup)
        ? """{ "set": "nightly-0412", "tables": { "orders": { "rows": 0 }, "customers": { "rows": 0 } }, "restored": false }""" + "\n"
        : """{ "set": "nightly-0413", "tables": { "orders": { "rows": 18240 }, "customers": { "rows": 5127 } }, "restored": true }""" + "\n");

    async ValueTask CloseAdmin()
    {
        if (_admin is { } open) await open.DisposeAsync();
        _admin = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_closed) return;
        _closed = true;
        await _site.DisposeAsync();
        await _plain.DisposeAsync();
        await CloseAdmin();
        _authority.Dispose();
    }
}
