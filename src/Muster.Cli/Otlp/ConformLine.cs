namespace Muster.Cli.Otlp;

enum Level { Must, Should }

/// <summary>What a line came to.</summary>
abstract record Judged
{
    public sealed record Passed : Judged;

    public sealed record Failed(string Because) : Judged;

    public sealed record NotApplicable(string Because) : Judged;

    public static readonly Judged Pass = new Passed();

    /// <summary>Passed if it is so.</summary>
    public static Judged That(bool so, string otherwise) => so ? Pass : new Failed(otherwise);
}

/// <summary>One demand of the protocol on receivers, and whether this one meets it.</summary>
/// <param name="Id">Stays the same from version to version: <c>http.gzip</c>.</param>
sealed record ConformLine(string Id, string Signal, Level Level, string Says, Judged Judged)
{
    public string State => Judged switch { Otlp.Judged.Passed => "passed", Otlp.Judged.Failed => "failed", _ => "not_applicable" };

    public string Because => Judged switch { Otlp.Judged.Failed failed => failed.Because, Otlp.Judged.NotApplicable none => none.Because, _ => "" };
}
