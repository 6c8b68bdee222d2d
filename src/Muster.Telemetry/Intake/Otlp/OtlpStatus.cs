namespace Muster.Telemetry.Intake.Otlp;

/// <summary>
/// What a failed request is answered with: a <c>google.rpc.Status</c> (<see href="https://opentelemetry.io/docs/specs/otlp/#failures-1"/>,
/// <see href="https://github.com/googleapis/googleapis/blob/master/google/rpc/status.proto"/>).
/// </summary>
/// <param name="Code">Of <see href="https://grpc.io/docs/guides/status-codes/"/>: 3 for a bad request, 8 for one too many, 14 for later.</param>
/// <param name="Bad">What is wrong with the request, where it is the request that is wrong: a sender then does not send it again.</param>
/// <param name="RetryAfter">When to send it again, where that is asked for.</param>
public sealed record OtlpStatus(int Code, string Message, string? Bad = null, TimeSpan? RetryAfter = null)
{
    public const int InvalidArgument = 3;
    public const int ResourceExhausted = 8;
    public const int Unavailable = 14;

    public static OtlpStatus BadRequest(string why) => new(InvalidArgument, why, Bad: why);

    public static OtlpStatus Later(string why, TimeSpan after) => new(Unavailable, why, RetryAfter: after);
}
