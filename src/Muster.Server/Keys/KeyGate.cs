using Muster.Server.Api;
using Muster.Server.Graph;
using Muster.Server.Otlp;
using Muster.Server.Projects;

namespace Muster.Server.Keys;

/// <summary>
/// Before every door: whose request it is. Without keys there is one project (a header may name another: who reaches loopback may read it anyway);
/// with keys only the page's files and the two questions of a supervisor are answered without one.
/// </summary>
sealed class KeyGate(ProjectSet projects, Keyring keys)
{
    public const string ProjectHeader = "X-Muster-Project";

    public async Task Pass(HttpContext context, RequestDelegate next)
    {
        if (NameOf(context) is { } name && projects.Named(name) is { } project)
        {
            context.Features.Set(project);
            await next(context);
        }
        else if (!keys.IsEmpty && IsOpen(context.Request.Path)) await next(context);
        else await Refuse(context);
    }

    string? NameOf(HttpContext context)
    {
        if (!keys.IsEmpty) return Keyring.KeyIn(context.Request.Headers.Authorization) is { } key ? keys.ProjectOf(key) : null;
        return context.Request.Headers[ProjectHeader] is { Count: > 0 } asked ? asked.ToString() : ProjectSet.Default;
    }

    static bool IsOpen(PathString path) => GraphPage.Has(path) || path == "/-/healthy" || path == "/-/ready";

    async Task Refuse(HttpContext context)
    {
        if (!keys.IsEmpty) context.Response.Headers.WWWAuthenticate = "Bearer";
        var refused = keys.IsEmpty ? new OtlpOutcome.Refused(404, GrpcCode.NotFound, "there is no such project") : new(401, GrpcCode.Unauthenticated, "a key of a project is needed: Authorization: Bearer KEY");
        if (OtlpGrpcDoor.Is(context.Request)) await OtlpGrpcDoor.End(context, refused);
        else if (OtlpHttpDoor.Has(context.Request.Path)) await OtlpHttpDoor.Refuse(context, refused);
        else await PrometheusJson.Error(context, refused.HttpStatus, keys.IsEmpty ? "not_found" : "unauthorized", refused.Message);
    }
}
