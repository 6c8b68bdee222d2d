namespace Muster.Readiness;

/// <summary>The known word nearest to one that is not known.</summary>
public static class DidYouMean
{
    const int MostLookedAt = 300;

    /// <summary>A sentence: the nearest word if one is near, else the words there are.</summary>
    public static string Among(IEnumerable<string> known, string written, string noun)
    {
        var words = known.Take(MostLookedAt).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (Nearest(words, written) is { } near) return $"Did you mean \"{near}\"?";
        return words.Count switch
        {
            0 => $"There are no {noun}.",
            > 24 => $"The {noun} begin with {string.Join(", ", words.Take(12))} ….",
            _ => $"The {noun} are {string.Join(", ", words)}.",
        };
    }

    public static string? Nearest(IEnumerable<string> known, string written)
    {
        if (written.Length is 0 or > 80) return null;
        var (best, distance) = ((string?)null, written.Length == 1 ? 1 : Math.Max(1, written.Length / 3) + 1);
        foreach (var word in known.Take(MostLookedAt))
        {
            if (Math.Abs(word.Length - written.Length) >= distance) continue;
            var far = Distance(word, written);
            if (far < distance) (best, distance) = (word, far);
        }

        return best;
    }

    /// <summary>Edit distance in which swapping two neighbours is one edit, and case is half an answer: letters that differ only by it are equal.</summary>
    static int Distance(string a, string b)
    {
        var (before, last, now) = (new int[b.Length + 1], new int[b.Length + 1], new int[b.Length + 1]);
        for (var j = 0; j <= b.Length; j++) last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            now[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                now[j] = Math.Min(Math.Min(now[j - 1], last[j]) + 1, last[j - 1] + (Same(a[i - 1], b[j - 1]) ? 0 : 1));
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1])) now[j] = Math.Min(now[j], before[j - 2] + 1);
            }

            (before, last, now) = (last, now, before);
        }

        return last[b.Length];
    }

    static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
