namespace Muster.Telemetry.Scraping;

/// <summary>What an unknown key was meant to be.</summary>
static class Spelling
{
    public static string Fix(ReadOnlySpan<string> known, string written)
    {
        var (nearest, least) = ("", int.MaxValue);
        foreach (var name in known)
        {
            var distance = Distance(name, written);
            if (distance < least) (nearest, least) = (name, distance);
        }

        return least <= Math.Max(2, written.Length / 3) ? $"did you mean {nearest}?" : $"known here: {string.Join(", ", known.ToArray())}";
    }

    /// <summary>Letters to change, add or take away (Levenshtein's distance). Long words are not compared.</summary>
    static int Distance(string a, string b)
    {
        if (b.Length > 64) return int.MaxValue;
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
