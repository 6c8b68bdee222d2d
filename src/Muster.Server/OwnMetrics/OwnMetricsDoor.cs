using Muster.Server.Keys;
using Muster.Server.Projects;

namespace Muster.Server.OwnMetrics;

/// <summary><c>/metrics</c>, for a scraper of any make. With keys, each project sees of the projects only itself; the project about this process sees all.</summary>
static class OwnMetricsDoor
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/metrics", context =>
    {
        var services = context.RequestServices;
        var asking = ProjectSet.Of(context).Name;
        var seesAll = services.GetRequiredService<Keyring>().IsEmpty || asking == ProjectSet.Own;
        context.Response.ContentType = OwnText.Type;
        return context.Response.WriteAsync(OwnText.Of(services.GetRequiredService<OwnState>().Now(), sample => seesAll || sample.Project is null || sample.Project == asking), context.RequestAborted);
    });
}
