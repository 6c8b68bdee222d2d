using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Muster.Server.Otlp;

namespace Muster.Server;

/// <summary>A port that is for one thing answers that and nothing else: who opens it to others does not open the queries along with it.</summary>
static class OwnPort
{
    sealed record Only(Func<PathString, bool> Has);

    public static void For(ListenOptions listen, Func<PathString, bool> has) => listen.Use(next => connection =>
    {
        connection.Features.Set(new Only(has));
        return next(connection);
    });

    public static Task Pass(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<Only>()?.Has(context.Request.Path) != false) return next(context);
        if (OtlpGrpcDoor.Is(context.Request)) return OtlpGrpcDoor.End(context, OtlpOutcome.Refused.Unimplemented("there is no such method"));
        return OtlpHttpDoor.Refuse(context, new(404, GrpcCode.NotFound, "this port is for OTLP alone"));
    }
}
