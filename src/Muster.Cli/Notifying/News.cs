using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>What there is to tell, as <c>muster/change/1</c>: the form of every message, and of every line that <c>check --every -f json</c> prints.</summary>
static class News
{
    public const string Changed = "verdict.changed", Failed = "check.failed", Recovered = "check.recovered", Test = "test";
    const int MostCauses = 20, LongestCause = 1000;

    /// <summary>Another verdict than was told last, or the first.</summary>
    public static Message Of(Decision decision, Digest entry, Told? before, ImmutableArray<string> because, long dropped)
    {
        var data = Named(new(decision.System, decision.Gate, decision.Environment))
            .With("entry", entry).With("verdict", decision.Verdict.ToString()).With("standing", decision.Standing).With("break_glass", decision.OpenedByBreakGlass is not null)
            .With("at", decision.At).With("release", decision.Release).With("document", decision.Document)
            .With("blocking", decision.Blocking).With("blocking_met", decision.BlockingMet).With("because", Causes(because)).With("dropped", dropped);
        if (before is not null)
            data = data.With("before", Value.Of(("entry", before.Entry), ("verdict", before.Verdict.ToString()), ("standing", before.Standing), ("break_glass", before.BreakGlass), ("at", before.At)));
        return Of($"muster_{entry.Hex[..32]}", Changed, decision.At, data);
    }

    /// <summary>Rounds no longer give a verdict, or do again.</summary>
    public static Message Of(string type, About about, DateTimeOffset at, ImmutableArray<string> because, long dropped) =>
        Of($"muster_{Guid.NewGuid():N}", type, at, Named(about).With("at", at).With("because", Causes(because)).With("dropped", dropped));

    static Message Of(string id, string type, DateTimeOffset at, Value.Fields data) =>
        new(id, type, at, CanonicalJson.Text(Value.Of(("schema", "muster/change/1"), ("type", type), ("timestamp", at), ("data", data))));

    static Value.Fields Named(About about) => Value.Of(("system", about.System), ("gate", about.Gate), ("environment", about.Environment));

    static Value.Items Causes(ImmutableArray<string> because)
    {
        var few = because.Take(MostCauses).Select(says => says.Length <= LongestCause ? says : says[..(LongestCause - 1)] + "…").ToList();
        if (because.Length > MostCauses) few.Add($"and {because.Length - MostCauses} more");
        return Value.Texts(few);
    }
}
