namespace Muster.EdgePlatform;

static class HealthPages
{
    static int _lost;

    public static void Map(WebApplication app, Replica replica)
    {
        app.MapGet("/health/live", async () =>
        {
            if (replica.Has(Flaw.LivenessLooks) && await replica.Watch.Failing() is [_, ..]) return Results.Json(new { status = "dead" }, statusCode: 503);
            return Results.Json(new { status = "ok", instance = replica.Settings.Name, started = replica.Started.ToString("O") });
        });
        app.MapGet("/health/ready", async () =>
        {
            if (replica.Draining && !replica.Has(Flaw.StaysReady)) return Results.Json(new { status = "draining", failures = Array.Empty<string>() }, statusCode: 503);
            if (replica.Has(Flaw.ReadinessStatic)) return Results.Json(new { status = "ok", failures = Array.Empty<string>() });
            var failing = await Named(replica);
            if (failing.Length > 0) Volatile.Write(ref _lost, 1);
            if (failing.Length == 0 && !(replica.Has(Flaw.NeverRecovers) && Volatile.Read(ref _lost) == 1)) return Results.Json(new { status = "ok", failures = failing });
            return Results.Json(new { status = "unavailable", failures = replica.Has(Flaw.NamesNothing) ? [] : failing }, statusCode: replica.Has(Flaw.Readiness207) ? 207 : 503);
        });
        app.MapGet("/health/detailed", async () =>
        {
            var failing = await Named(replica);
            return Results.Json(new
            {
                status = failing.Length > 0 && !replica.Has(Flaw.NeverDegraded) ? "degraded" : "ok",
                dependencies = replica.Watch.All.ToDictionary(one => one.Name, one => new { status = failing.Contains(one.Name) && !replica.Has(Flaw.NamesNothing) ? "down" : "up" }),
            });
        });
    }

    static async Task<string[]> Named(Replica replica) =>
        await replica.Watch.Failing() is [_, ..] failing ? replica.Has(Flaw.NamesAll) ? [.. replica.Watch.All.Select(one => one.Name).Order(StringComparer.Ordinal)] : failing : [];
}
