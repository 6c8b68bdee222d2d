using Microsoft.AspNetCore.Connections;
using Muster.Server.Keys;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Promql;
using Muster.Telemetry.Store;

namespace Muster.Server.Api;

/// <summary>A request that cannot be answered as it is; its message is for whoever sent it.</summary>
sealed class BadRequest(string message) : Exception(message);

/// <summary>The one place where what went wrong inside becomes an answer, in the shape of Prometheus's API.</summary>
static partial class Problems
{
    public static async Task Translate(HttpContext context, RequestDelegate next)
    {
        try { await next(context); }
        catch (Exception gone) when (IsGone(gone, context))
        {
            // Nobody is there to hear it.
        }
        catch (Exception problem) when (!context.Response.HasStarted && Known(problem) is { } answer)
        {
            if (RetryAfter(problem) is { } wait) context.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
            await PrometheusJson.Error(context, answer.Status, answer.Kind, problem.Message);
        }
        catch (Exception unknown) when (!context.Response.HasStarted && context.Request.Path.StartsWithSegments("/api/v1", StringComparison.Ordinal))
        {
            // What it says is for whoever runs this, and not for whoever asked.
            Log(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(nameof(Problems)), context.Request.Path, unknown);
            await PrometheusJson.Error(context, 500, "internal", "something went wrong inside: the log of the server says what");
        }
    }

    /// <summary>The other end has gone, or this one is going: a connection that is cut when the server ends tells so before the request knows.</summary>
    static bool IsGone(Exception problem, HttpContext context) => problem is ConnectionAbortedException or ConnectionResetException
        || (problem is OperationCanceledException or IOException && (context.RequestAborted.IsCancellationRequested || context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested));

    [LoggerMessage(LogLevel.Error, "{Path} could not be answered")]
    private static partial void Log(ILogger log, string path, Exception unknown);

    static TimeSpan? RetryAfter(Exception problem) => problem switch
    {
        StoreUnavailable full => full.RetryAfter,
        QuotaExceeded quota => quota.RetryAfter,
        Busy => Busy.Wait,
        _ => null,
    };

    static (int Status, string Kind)? Known(Exception problem) => problem switch
    {
        BadRequest => (400, "bad_data"),
        QueryProblem { Kind: QueryProblemKind.BadData } => (400, "bad_data"),
        QueryProblem { Kind: QueryProblemKind.Timeout } => (503, "timeout"),
        QueryProblem { Kind: QueryProblemKind.Canceled } => (499, "canceled"),
        QueryProblem => (422, "execution"),
        IntakeProblem { Kind: IntakeProblemKind.TooLarge } => (413, "too_large"),
        IntakeProblem => (400, "bad_data"),
        QuotaExceeded => (429, "too_many_requests"),
        StoreUnavailable or Busy => (503, "unavailable"),
        BadHttpRequestException { StatusCode: var status } => (status, "bad_data"),
        _ => null,
    };
}
