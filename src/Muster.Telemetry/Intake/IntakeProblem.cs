namespace Muster.Telemetry.Intake;

/// <summary>Why what came in is refused whole.</summary>
public enum IntakeProblemKind
{
    /// <summary>It is not what it says it is; sending it again will not help.</summary>
    Malformed,

    /// <summary>It is larger than what is taken.</summary>
    TooLarge,
}

/// <summary>Something that came in and cannot be read; translated at the door, once.</summary>
public sealed class IntakeProblem(IntakeProblemKind kind, string message) : Exception(message)
{
    public IntakeProblemKind Kind { get; } = kind;

    public static IntakeProblem Malformed(string message) => new(IntakeProblemKind.Malformed, message);
}
