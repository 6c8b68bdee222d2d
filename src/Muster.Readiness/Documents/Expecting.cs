namespace Muster.Readiness;

/// <summary>What is expected of a kind in the words of a document, for a check that stands within a parameter of another.</summary>
public static class Expecting
{
    static readonly Place Nowhere = new("", 1, 1);

    /// <param name="said">What the check says under <c>expect</c>; what the kind holds of by itself stands beside it, as in a check of its own.</param>
    /// <param name="wrong">What cannot be read, or that nothing is expected; null where all is well.</param>
    public static Expectation Of(Kind kind, Value? said, out string? wrong)
    {
        var problems = new Problems();
        var reader = new ExpectReader(problems, static reference => ($"$({reference}) is known to no check within another.", "Write the value."));
        var mine = said is null ? [] : reader.Read(YamlNode.Of(said, Nowhere), kind, "expect");
        var theirs = kind.Holds.Count == 0 ? [] : reader.Read(YamlNode.Of(kind.Holds, Nowhere), kind, kind.Name);
        var all = mine.Concat(theirs.Where(their => mine.All(own => own.Path != their.Path))).OrderBy(field => field.Path, StringComparer.Ordinal);
        var expected = new Expectation([.. all]);
        wrong = problems.Sorted().FirstOrDefault(problem => problem.Gravity == Gravity.Error) is { } first ? $"{first.Says} {first.Fix}"
            : expected.Fields.IsDefaultOrEmpty ? $"Nothing is expected, and {kind.Name} holds of nothing by itself." : null;
        return expected;
    }
}
