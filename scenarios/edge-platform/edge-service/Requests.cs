namespace Muster.EdgePlatform;

/// <summary>What users ask for: something that needs a dependency, something that takes a while, and who answers.</summary>
static class Requests
{
    public static void Map(WebApplication app, Replica replica)
    {
        app.MapGet("/", () => Results.Json(new { instance = replica.Settings.Name }));
        app.MapPost("/payments/callback", () => Results.Json(new { taken = true }));
        app.MapGet("/needs/{name}", async (string name) =>
            replica.Watch.All.FirstOrDefault(one => one.Name == name) is not { } dependency ? Results.NotFound()
            : await DependencyWatch.Answers(dependency) || replica.Has(Flaw.AnswersAnyway) ? Results.Json(new { used = name }) : Results.Json(new { error = "try again later" }, statusCode: 503));
        app.MapGet("/slow", async (int? ms, CancellationToken left) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Clamp(ms ?? 500, 0, 10_000)), left);
            return Results.Json(new { instance = replica.Settings.Name, ms });
        });
    }
}
