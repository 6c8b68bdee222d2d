using System.Collections.Concurrent;
using System.Globalization;
using Muster.Server.Projects;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Intake.RemoteWrite;
using Muster.Telemetry.Intake.Snappy;

namespace Muster.Server.Writing;

/// <summary>Remote write 1.0 and 2.0 (<see href="https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/"/>).</summary>
static class RemoteWriteDoor
{
    const string MessageOfTwo = "io.prometheus.write.v2.Request";

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/write", Write);

    /// <summary>What reading one request takes, kept for the next: a request costs no memory of its own.</summary>
    sealed class Desk
    {
        /// <summary>Larger ones are not kept for the next.</summary>
        const int LargestKept = 8 << 20;

        public bool IsLarge => Batch.IsLarge || Plain.Length > LargestKept;

        public RemoteWriteDecoder Decoder { get; } = new();

        public SampleBatch Batch { get; } = new();

        public byte[] Plain = [];
    }

    static readonly ConcurrentBag<Desk> Desks = [];

    static async Task Write(HttpContext context)
    {
        var options = context.RequestServices.GetRequiredService<TelemetryOptions>();
        if (VersionOf(context.Request) is not { } version)
        {
            await Refuse(context, 415, $"remote write is application/x-protobuf, as prometheus.WriteRequest or {MessageOfTwo}, and snappy");
            return;
        }

        // What is refused whole says so too.
        Written(context, 0, 0, 0);
        var project = ProjectSet.Of(context);
        using var body = await RequestBody.Read(context.Request, options.MostRequestBytes, context.RequestAborted);
        using var place = await project.Enter(context.RequestAborted);
        if (!Desks.TryTake(out var desk)) desk = new();
        try
        {
            desk.Batch.Clear();
            var decoded = Decode(desk, body, version, options);
            var durable = Acknowledgement.IsDurable(context.Request);
            var appended = await project.Append(desk.Batch, durable, context.RequestAborted);
            project.CountInvalid(decoded.Invalid);
            Written(context, appended.Accepted - appended.Histograms, appended.Histograms, appended.Exemplars);
            if (appended.RejectedCount + decoded.Invalid == 0) context.Response.StatusCode = 204;
            else await Refuse(context, 400, $"{appended.RejectedCount + decoded.Invalid} samples were not taken: {Reasons.Of(decoded.First.Concat(appended.First))}");
        }
        finally
        {
            if (!desk.IsLarge) Desks.Add(desk);
        }
    }

    static RemoteWriteDecoded Decode(Desk desk, RequestBody body, RemoteWriteVersion version, TelemetryOptions options) =>
        desk.Decoder.Decode(SnappyBlock.Uncompress(body.Span, options.MostRequestBytes, ref desk.Plain).Span, version, desk.Batch);

    /// <returns>Null: it is none that is known.</returns>
    static RemoteWriteVersion? VersionOf(HttpRequest request)
    {
        if (request.Headers.ContentEncoding is var encoding && encoding.Count > 0 && encoding != "snappy") return null;
        if (request.ContentType is not { } type) return RemoteWriteVersion.One;
        var parts = type.Split(';', StringSplitOptions.TrimEntries);
        if (!parts[0].Equals("application/x-protobuf", StringComparison.OrdinalIgnoreCase)) return null;
        var message = parts.Skip(1).FirstOrDefault(part => part.StartsWith("proto=", StringComparison.OrdinalIgnoreCase))?[6..];
        return message is null or "prometheus.WriteRequest" ? RemoteWriteVersion.One : message == MessageOfTwo ? RemoteWriteVersion.Two : null;
    }

    static void Written(HttpContext context, int samples, int histograms, int exemplars)
    {
        foreach (var (name, count) in new[] { ("Samples", samples), ("Histograms", histograms), ("Exemplars", exemplars) })
        {
            context.Response.Headers[$"X-Prometheus-Remote-Write-{name}-Written"] = count.ToString(CultureInfo.InvariantCulture);
        }
    }

    static Task Refuse(HttpContext context, int status, string why)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(why + "\n", context.RequestAborted);
    }
}
