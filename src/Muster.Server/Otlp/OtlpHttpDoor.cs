using System.Globalization;
using Muster.Server.Projects;
using Muster.Server.Writing;
using Muster.Telemetry.Intake;

namespace Muster.Server.Otlp;

/// <summary>OTLP over HTTP (<see href="https://opentelemetry.io/docs/specs/otlp/#otlphttp"/>): metrics, also where Prometheus takes them; traces and logs are refused as what they are.</summary>
static class OtlpHttpDoor
{
    const string Protobuf = "application/x-protobuf", Json = "application/json";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/metrics", Export);
        app.MapPost("/api/v1/otlp/v1/metrics", Export);
        foreach (var other in new[] { "/v1/traces", "/v1/logs", "/v1development/profiles", "/api/v1/otlp/v1/traces", "/api/v1/otlp/v1/logs" })
        {
            app.MapPost(other, context => Refuse(context, OtlpOutcome.Refused.Unimplemented("only metrics are kept here: send other signals elsewhere")));
        }
    }

    /// <summary>Whether a path is OTLP's, and answered in its words.</summary>
    public static bool Has(PathString path) =>
        path.StartsWithSegments("/v1", StringComparison.Ordinal) || path.StartsWithSegments("/v1development", StringComparison.Ordinal) || path.StartsWithSegments("/api/v1/otlp", StringComparison.Ordinal);

    static async Task Export(HttpContext context)
    {
        if (TypeOf(context.Request) is null)
        {
            await Refuse(context, new(415, GrpcCode.InvalidArgument, $"OTLP is {Protobuf} or {Json}"));
            return;
        }

        switch (await Take(context))
        {
            case OtlpOutcome.Taken taken: await Send(context, 200, OtlpMessages.Response(taken, IsJson(context.Request))); break;
            case OtlpOutcome.Refused refused: await Refuse(context, refused); break;
            default: throw new InvalidOperationException("an outcome of no known kind");
        }
    }

    static async ValueTask<OtlpOutcome> Take(HttpContext context)
    {
        var most = context.RequestServices.GetRequiredService<TelemetryOptions>().MostRequestBytes;
        try
        {
            if (Unzipped.EncodingOf(context.Request.Headers.ContentEncoding) is not { } encoding) return new OtlpOutcome.Refused(415, GrpcCode.InvalidArgument, "an export is plain, gzip or deflate");
            var intake = context.RequestServices.GetRequiredService<OtlpIntake>();
            using var body = await RequestBody.Read(context.Request, most, context.RequestAborted);
            if (encoding.Length == 0) return await intake.Take(context, body.Memory, IsJson(context.Request), context.RequestAborted);
            using var plain = await Unzipped.Read(body.Memory, encoding, most, ProjectSet.Of(context), context.RequestAborted);
            return await intake.Take(context, plain.Memory, IsJson(context.Request), context.RequestAborted);
        }
        catch (InvalidDataException) { return OtlpOutcome.Refused.Malformed("the export is not compressed as it says"); }
        catch (Exception problem) when (OtlpOutcome.Of(problem) is { } refused) { return refused; }
    }

    /// <summary>A body of google.rpc.Status in the sender's own encoding; protobuf when that is none.</summary>
    public static Task Refuse(HttpContext context, OtlpOutcome.Refused refused)
    {
        if (refused.RetryAfter is { } after) context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return Send(context, refused.HttpStatus, OtlpMessages.Status(refused, IsJson(context.Request)));
    }

    static async Task Send(HttpContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = TypeOf(context.Request) ?? Protobuf;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    static bool IsJson(HttpRequest request) => TypeOf(request) == Json;

    static string? TypeOf(HttpRequest request)
    {
        var type = request.ContentType?.Split(';')[0].Trim();
        return Protobuf.Equals(type, StringComparison.OrdinalIgnoreCase) ? Protobuf : Json.Equals(type, StringComparison.OrdinalIgnoreCase) ? Json : null;
    }
}
