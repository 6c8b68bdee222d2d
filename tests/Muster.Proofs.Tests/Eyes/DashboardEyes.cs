using System.Globalization;
using Muster.Probes;

namespace Muster.Proofs.Tests;

/// <summary>A stand-in of Grafana on a real socket: no Grafana is among Debian's packages.</summary>
sealed class DashboardEyes : IEyes
{
    const string Shop = """{ "uid": "d1", "title": "Shop", "panels": [ { "type": "timeseries", "title": "Orders", "targets": [ { "refId": "A", "expr": "orders" } ] }, { "type": "timeseries", "title": "Errors", "targets": [ { "refId": "A", "expr": "errors" } ] } ] }""";
    volatile bool _empty, _gone, _changed;
    LoopbackSite _site = null!;

    public string Name => "dashboards";

    public Lane Lane => Lane.Reading;

    public IReadOnlyList<Break> Breaks =>
    [
        Fault(["AI-29"], "a panel's query gives nothing", on => _empty = on),
        Fault(["GR-26"], "the promised dashboard is gone, and another one is there", on => _gone = on),
        Fault(["SU-35"], "a dashboard was changed by hand", on => _changed = on),
    ];

    public Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.Combine(folder, "boards"));
        File.WriteAllText(Path.Combine(folder, "boards", "shop.json"), Shop);
        _site = LoopbackSite.Start()
            .Route("/api/health", _ => SiteResponse.Json(200, """{ "commit": "1", "database": "ok", "version": "9.3.6" }"""))
            .Route("/api/datasources", _ => SiteResponse.Json(200, """[ { "uid": "m1", "name": "metrics", "type": "prometheus", "isDefault": true } ]"""))
            .Route("/api/search", _ => SiteResponse.Json(200, $$"""[ { "uid": "d1", "title": "{{(_gone ? "Other" : "Shop")}}" } ]"""))
            .Route("/api/dashboards/uid/d1", _ => SiteResponse.Json(200, $$"""{ "meta": { "provisioned": true }, "dashboard": {{(_gone ? Shop.Replace("\"Shop\"", "\"Other\"", StringComparison.Ordinal) : _changed ? Shop.Replace("errors", "errors_total", StringComparison.Ordinal) : Shop)}} }"""))
            .Route("/api/ds/query", request =>
            {
                var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
                var columns = _empty && request.Body.Contains("errors", StringComparison.Ordinal) ? "[ ], [ ]" : string.Create(CultureInfo.InvariantCulture, $"[ {now} ], [ 7 ]");
                return SiteResponse.Json(200, $$"""{ "results": { "A": { "status": 200, "frames": [ { "schema": { "fields": [ { "type": "time" }, { "type": "number" } ] }, "data": { "values": [ {{columns}} ] } } ] } } }""");
            });
        return Task.FromResult<IReadOnlyDictionary<string, int>>(new Dictionary<string, int> { ["boards"] = _site.Port });
    }

    static Break Fault(string[] lines, string says, Action<bool> set)
    {
        Task To(bool on)
        {
            set(on);
            return Task.CompletedTask;
        }

        return new(lines, says, _ => To(true), _ => To(false));
    }

    public async ValueTask DisposeAsync()
    {
        if (_site is not null) await _site.DisposeAsync();
    }
}
