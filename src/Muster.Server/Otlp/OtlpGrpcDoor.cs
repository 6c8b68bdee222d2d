using Muster.Server.Projects;
using Muster.Server.Writing;

namespace Muster.Server.Otlp;

/// <summary>OTLP over gRPC (<see href="https://opentelemetry.io/docs/specs/otlp/#otlpgrpc"/>), spoken by hand: one call, one message each way, over HTTP/2 without TLS.</summary>
static class OtlpGrpcDoor
{
    const string Collector = "/opentelemetry.proto.collector.";

    /// <summary>More than this is never a deadline that is meant.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost(Collector + "metrics.v1.MetricsService/Export", Export);
        foreach (var other in new[] { "trace.v1.TraceService/Export", "logs.v1.LogsService/Export", "profiles.v1development.ProfilesService/Export" })
        {
            app.MapPost(Collector + other, context => End(context, OtlpOutcome.Refused.Unimplemented("only metrics are kept here: send other signals elsewhere")));
        }
    }

    public static bool Has(PathString path) => path.Value?.StartsWith(Collector, StringComparison.Ordinal) == true;

    /// <summary>Before every door: a call of a method that is none is answered in gRPC's own words.</summary>
    public static Task Pass(HttpContext context, RequestDelegate next) =>
        Is(context.Request) && context.GetEndpoint() is null ? End(context, OtlpOutcome.Refused.Unimplemented("there is no such method")) : next(context);

    public static bool Is(HttpRequest request) => request.ContentType is { } type && type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase);

    static async Task Export(HttpContext context)
    {
        if (!Is(context.Request))
        {
            context.Response.StatusCode = 415;
            return;
        }

        switch (await Take(context))
        {
            case OtlpOutcome.Taken taken: await End(context, taken); break;
            case OtlpOutcome.Refused refused: await End(context, refused); break;
            default: throw new InvalidOperationException("an outcome of no known kind");
        }
    }

    static async ValueTask<OtlpOutcome> Take(HttpContext context)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        if (GrpcText.Timeout(context.Request.Headers["grpc-timeout"]) is { } timeout && timeout < Longest) late.CancelAfter(timeout);
        try { return await Read(context, late.Token); }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested) { return new OtlpOutcome.Refused(504, GrpcCode.DeadlineExceeded, "the deadline has passed"); }
        catch (InvalidDataException) { return OtlpOutcome.Refused.Malformed("the export is not compressed as it says"); }
        catch (Exception problem) when (OtlpOutcome.Of(problem) is { } refused) { return refused; }
    }

    static async ValueTask<OtlpOutcome> Read(HttpContext context, CancellationToken cancel)
    {
        if (context.Request.ContentType is not ("application/grpc" or "application/grpc+proto")) return OtlpOutcome.Refused.Unimplemented("messages are protobuf");
        var most = context.RequestServices.GetRequiredService<TelemetryOptions>().MostRequestBytes;
        var intake = context.RequestServices.GetRequiredService<OtlpIntake>();
        using var body = await RequestBody.Read(context.Request, most, cancel);
        if (!GrpcMessage.TryRead(body.Memory, out var message, out var isCompressed)) return new OtlpOutcome.Refused(400, GrpcCode.Internal, "this is no gRPC message, or more than one");
        if (!isCompressed) return await intake.Take(context, message, isJson: false, cancel);
        if (context.Request.Headers["grpc-encoding"] is not { Count: 1 } encoding || encoding == "identity") return new OtlpOutcome.Refused(400, GrpcCode.Internal, "the message is compressed, and grpc-encoding does not say how");
        if (encoding != "gzip") return OtlpOutcome.Refused.Unimplemented("messages are plain or gzip");
        using var unzipped = await Unzipped.Read(message, "gzip", most, ProjectSet.Of(context), cancel);
        return await intake.Take(context, unzipped.Memory, isJson: false, cancel);
    }

    static async Task End(HttpContext context, OtlpOutcome.Taken taken)
    {
        Begin(context);
        await context.Response.Body.WriteAsync(GrpcMessage.Write(OtlpMessages.Response(taken, isJson: false)), context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    /// <summary>Over HTTP all is well: what is not stands in the trailers.</summary>
    public static async Task End(HttpContext context, OtlpOutcome.Refused refused)
    {
        Begin(context);
        await context.Response.StartAsync(context.RequestAborted);
        context.Response.AppendTrailer("grpc-status", ((int)refused.Code).ToString(System.Globalization.CultureInfo.InvariantCulture));
        context.Response.AppendTrailer("grpc-message", GrpcText.Message(refused.Message));
        if (refused.RetryAfter is not null) context.Response.AppendTrailer("grpc-status-details-bin", GrpcText.Binary(OtlpMessages.Status(refused, isJson: false)));
    }

    static void Begin(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-accept-encoding"] = "identity,gzip";
    }
}
