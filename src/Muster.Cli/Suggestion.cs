using Muster.Readiness;

namespace Muster.Cli;

/// <summary>The fix for a name that nothing has: the nearest one, else those there are.</summary>
static class Suggestion
{
    const int Few = 20;

    /// <param name="none">The fix when there is nothing to choose from.</param>
    public static string Among(IEnumerable<string> known, string written, string none)
    {
        var all = known.ToList();
        if (all.Count == 0) return none;
        if (DidYouMean.Nearest(all, written) is { } near) return $"did you mean {near}?";
        var alike = all.Where(name => IsAlike(name, written)).Take(5).ToList();
        if (alike.Count > 0) return $"did you mean {string.Join(" or ", alike)}?";
        return $"one of: {string.Join(", ", all.Take(Few))}{(all.Count > Few ? $" and {all.Count - Few} more" : "")}";
    }

    static bool IsAlike(string name, string written) =>
        written.Length > 1 && (name.Contains(written, StringComparison.OrdinalIgnoreCase) || (written.Length > 2 && name.StartsWith(written[..3], StringComparison.OrdinalIgnoreCase)));
}
