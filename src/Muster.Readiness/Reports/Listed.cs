namespace Muster.Readiness;

/// <summary>Names in a sentence: <c>mia, ada and jon</c>.</summary>
static class Listed
{
    public static string And(IReadOnlyList<string> names) => names.Count switch
    {
        0 => "nobody",
        1 => names[0],
        _ => string.Join(", ", names.Take(names.Count - 1)) + " and " + names[^1],
    };

    /// <summary>The first few, and how many there are beside.</summary>
    public static string Few(IReadOnlyList<string> names, int few) =>
        names.Count <= few ? And(names) : string.Join(", ", names.Take(few)) + $" and {CountWords.Number(names.Count - few)} more";
}
