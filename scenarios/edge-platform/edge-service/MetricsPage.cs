using System.Text;

namespace Muster.EdgePlatform;

/// <summary>What is scraped: whether each dependency answers, as this replica sees it.</summary>
static class MetricsPage
{
    public static void Map(WebApplication app, Replica replica) => app.MapGet("/metrics", async () =>
    {
        var failing = await replica.Watch.Failing();
        var text = new StringBuilder("# HELP edge_dependency_up Whether a dependency answers.\n# TYPE edge_dependency_up gauge\n");
        foreach (var one in replica.Watch.All) text.Append("edge_dependency_up{name=\"").Append(one.Name).Append("\"} ").Append(failing.Contains(one.Name) ? '0' : '1').Append('\n');
        return Results.Text(text.ToString(), "text/plain; version=0.0.4");
    });
}
