using Muster.Telemetry.Intake;
using Muster.Telemetry.Store;

namespace Muster.Server.Otlp;

/// <summary>What became of one export, before it is written in the words of HTTP or gRPC.</summary>
abstract record OtlpOutcome
{
    OtlpOutcome() { }

    /// <summary>Read and taken, but for some points.</summary>
    /// <param name="RejectedPoints">0: all is well, and nothing is said.</param>
    /// <param name="Message">Why, with examples.</param>
    public sealed record Taken(long RejectedPoints, string Message) : OtlpOutcome;

    /// <summary>Nothing was taken.</summary>
    /// <param name="RetryAfter">When to send it again; null: sending it again will not help.</param>
    public sealed record Refused(int HttpStatus, GrpcCode Code, string Message, TimeSpan? RetryAfter = null) : OtlpOutcome
    {
        public static Refused Malformed(string why) => new(400, GrpcCode.InvalidArgument, why);

        public static Refused Unimplemented(string why) => new(501, GrpcCode.Unimplemented, why);
    }

    /// <summary>The rules of which failure may be retried are those of <see href="https://opentelemetry.io/docs/specs/otlp/#failures"/>.</summary>
    /// <returns>Null: it is a bug, and not for the sender.</returns>
    public static Refused? Of(Exception problem) => problem switch
    {
        IntakeProblem { Kind: IntakeProblemKind.TooLarge } => new(413, GrpcCode.ResourceExhausted, problem.Message),
        IntakeProblem => Refused.Malformed(problem.Message),
        StoreUnavailable full => new(503, GrpcCode.Unavailable, problem.Message, full.RetryAfter),
        Keys.QuotaExceeded quota => new(429, GrpcCode.ResourceExhausted, problem.Message, quota.RetryAfter),
        BadHttpRequestException { StatusCode: 413 } => new(413, GrpcCode.ResourceExhausted, problem.Message),
        BadHttpRequestException bad => new(bad.StatusCode, GrpcCode.InvalidArgument, problem.Message),
        _ => null,
    };
}
