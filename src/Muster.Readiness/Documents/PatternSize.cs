using System.Globalization;

namespace Muster.Readiness;

/// <summary>
/// How many places a pattern has once its counted repetitions are written out. Without backtracking a match costs text times places,
/// and <c>(a{999}){9}</c> over 100 kB takes half a minute (measured), so a document's patterns are bounded.
/// </summary>
public static class PatternSize
{
    public const int Most = 1_000;

    public static long Of(string pattern)
    {
        var groups = new Stack<long>();
        long total = 0, atom = 0;
        for (var i = 0; i < pattern.Length && total < int.MaxValue; i++)
        {
            switch (pattern[i])
            {
                case '\\': i++; Next(1); break;
                case '[': i = Math.Max(i, pattern.IndexOf(']', Math.Min(i + 2, pattern.Length))); Next(1); break;
                case '(': groups.Push(total + atom); (total, atom) = (0, 0); break;
                case ')' when groups.TryPop(out var outer): (total, atom) = (outer, Math.Max(1, total + atom)); break;
                case '{' when Count(pattern, i) is var (count, end): atom *= Math.Max(1, count); i = end; break;
                case '*' or '+' or '?': break;
                default: Next(1); break;
            }
        }

        return total + atom;

        void Next(long size) => (total, atom) = (total + atom, size);
    }

    static (long Count, int End)? Count(string pattern, int at)
    {
        var end = pattern.IndexOf('}', at);
        if (end < 0) return null;
        var ends = pattern[(at + 1)..end].Split(',');
        if (ends.Length > 2 || !long.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var least)) return null;
        return (long.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? Math.Min(Math.Max(least, most), int.MaxValue) : least, end);
    }
}
