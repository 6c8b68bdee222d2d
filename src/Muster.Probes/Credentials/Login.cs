using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A name and a password as they are tried. Without a name: a token, or the password of whoever is meant without one.</summary>
/// <param name="Password">Null says nothing at all: anybody.</param>
sealed record Login(string User, string? Password)
{
    public static readonly Login Nobody = new("", null);
}

enum Admission { Refused, Accepted, Unclear }

/// <summary>How one try ended.</summary>
/// <param name="Says">Why it is unclear, in words of ours and codes of the server: never the server's own sentence, which may repeat what it was sent.</param>
/// <param name="Identity">Who answered; null where nobody did.</param>
sealed record LoginAnswer(Admission Admission, string Says, Value? Identity)
{
    /// <summary>Why nothing was seen, where it is unclear.</summary>
    public Blind Blind { get; init; } = Blind.Unreadable;

    public static LoginAnswer Accepted(Value identity) => new(Admission.Accepted, "", identity);

    public static LoginAnswer Refused(Value identity) => new(Admission.Refused, "", identity);

    public static LoginAnswer Unclear(string says, Value? identity) => new(Admission.Unclear, says, identity);
}
