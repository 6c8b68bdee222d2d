using Muster.Readiness;

namespace Muster.Probes.Tests.Alerting;

public sealed class AlertFireEndTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_page_that_never_arrived_has_no_end_that_arrived(bool pages)
    {
        var (on, went) = (false, false);
        await using var site = LoopbackSite.Start();
        SiteResponse Drive(bool to)
        {
            Volatile.Write(ref on, to);
            if (to) Volatile.Write(ref went, true);
            return new(200);
        }

        string Inbox() => !pages || !Volatile.Read(ref went) ? "[]" : $$"""[ { "status": "firing", "name": "Errors" }{{(Volatile.Read(ref on) ? "" : """, { "status": "resolved", "name": "Errors" }""")}} ]""";
        site.Route("/api/v1/status/runtimeinfo", _ => Data("""{ "startTime": "2026-03-01T09:00:00Z" }"""))
            .Route("/api/v1/rules", _ => Data("""{ "groups": [ { "rules": [ { "type": "alerting", "name": "Errors", "query": "errors > 1", "health": "ok" } ] } ] }"""))
            .Route("/api/v1/alerts", _ => Data(Volatile.Read(ref on) ? """{ "alerts": [ { "labels": { "alertname": "Errors" }, "state": "firing" } ] }""" : """{ "alerts": [] }"""))
            .Route("/inbox", _ => SiteResponse.Json(200, Inbox())).Route("/on", _ => Drive(true)).Route("/off", _ => Drive(false));

        var seen = (await Probing.Look("alert.fire", ("target", site.Address.AbsoluteUri), ("alert", "Errors"), ("drive", Value.Of(("address", site.Address.AbsoluteUri))), ("on", "/on"), ("off", "/off"),
            ("sink", Value.Of(("address", site.Address.AbsoluteUri), ("page", "/inbox"))), ("wait", 1))).Observation!;

        Assert.Equal((Value.True, pages, pages), (seen["fired"], seen.Truth("delivered"), seen.Truth("resolved")));

        static SiteResponse Data(string json) => SiteResponse.Json(200, $$"""{ "status": "success", "data": {{json}} }""");
    }
}
