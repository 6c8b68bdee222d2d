namespace Muster.Server.Otlp;

/// <summary>Those of <see href="https://grpc.github.io/grpc/core/md_doc_statuscodes.html"/> that are answered here.</summary>
enum GrpcCode
{
    Ok = 0,
    InvalidArgument = 3,
    DeadlineExceeded = 4,
    NotFound = 5,
    PermissionDenied = 7,
    ResourceExhausted = 8,
    Unimplemented = 12,
    Internal = 13,
    Unavailable = 14,
    Unauthenticated = 16,
}
