using System.Collections.Concurrent;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>An alert router for fixtures: what it is given it lists on a page, or drops.</summary>
sealed class FakeRouter : IAsyncDisposable
{
    readonly LoopbackSite _site = LoopbackSite.Start();
    readonly ConcurrentQueue<Value> _inbox = new();

    FakeRouter(bool delivers)
    {
        var receiver = delivers ? "receivers: [ { name: inbox, webhook_configs: [ { url: http://127.0.0.1/ } ] } ]" : "receivers: [ { name: inbox } ]";
        _site.Route("/api/v2/status", _ => Json(Value.Of(("uptime", "2026-03-01T09:00:00Z"), ("config", Value.Of(("original", receiver))))));
        _site.Route("/inbox", _ => Json(Value.List(_inbox)));
        _site.Route("/api/v2/alerts", request =>
        {
            if (request.Method != "POST") return Json(Value.List([Value.Of(("receivers", Value.List([Value.Of(("name", "inbox"))])), ("status", Value.Of(("state", "active"))))]));
            foreach (var alert in ((Value.Items)Value.Parse(Encoding.UTF8.GetBytes(request.Body))).Are)
                if (delivers) _inbox.Enqueue(((Value.Fields)alert).With("status", alert.Time("endsAt") < TimeProvider.System.GetUtcNow() ? "resolved" : "firing"));
            return new(200);
        });
    }

    public string Address => _site.Address.AbsoluteUri;

    public static FakeRouter Start(bool delivers) => new(delivers);

    static SiteResponse Json(Value value) => SiteResponse.Json(200, CanonicalJson.Text(value));

    public ValueTask DisposeAsync() => _site.DisposeAsync();
}
