using Muster.Telemetry.Promql.Ast;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>Order is of one instant only: over a range, series are ordered by their labels.</summary>
sealed partial class Evaluator
{
    List<Track> Sorted(List<Track> tracks, Call call, Frame frame, bool descending)
    {
        var floats = Mapped(tracks, (point, _) => point.Histogram is null ? point : Point.None, dropsName: false);
        if (SortIsVain(call, frame)) return floats;
        var present = floats.Where(track => track.Has(0));
        return [.. descending
            ? present.OrderBy(track => double.IsNaN(track.Values[0])).ThenByDescending(track => track.Values[0])
            : present.OrderBy(track => double.IsNaN(track.Values[0])).ThenBy(track => track.Values[0])];
    }

    List<Track> SortedByLabels(List<Track> tracks, Call call, Frame frame, bool descending)
    {
        if (SortIsVain(call, frame)) return tracks;
        string[] names = [.. call.Arguments.Skip(1).Select(Text)];
        var sorted = tracks.Where(track => track.Has(0)).ToList();
        sorted.Sort((a, b) =>
        {
            foreach (var name in names)
            {
                var (x, y) = (a.Labels[name], b.Labels[name]);
                if (x == y) continue;
                return NaturalOrder.Compare(x, y) * (descending ? -1 : 1);
            }

            return LabelOrder.Compare(a.Labels, b.Labels) * (descending ? -1 : 1);
        });
        return sorted;
    }

    /// <summary>An instant query, and not within a subquery of it.</summary>
    bool IsInstant(Frame frame) => _isInstant && frame.Count == 1;

    bool SortIsVain(Call call, Frame frame)
    {
        if (IsInstant(frame)) return false;
        notes.Warn("sort is ineffective for range queries since results are always ordered by labels", call.Place);
        return true;
    }
}

/// <summary>Labels by name and value, ordinally, the shorter first.</summary>
static class LabelOrder
{
    public static int Compare(Labels a, Labels b)
    {
        for (var at = 0; at < Math.Min(a.Count, b.Count); at++)
        {
            if (string.CompareOrdinal(a[at].Name, b[at].Name) is not 0 and var byName) return byName;
            if (string.CompareOrdinal(a[at].Value, b[at].Value) is not 0 and var byValue) return byValue;
        }

        return a.Count - b.Count;
    }
}

/// <summary>Runs of digits by their number, everything else by its characters: <c>a2</c> before <c>a10</c>.</summary>
static class NaturalOrder
{
    public static int Compare(string a, string b)
    {
        var (x, y) = (0, 0);
        while (x < a.Length && y < b.Length)
        {
            if (char.IsAsciiDigit(a[x]) && char.IsAsciiDigit(b[y]))
            {
                var first = Digits(a, ref x);
                var second = Digits(b, ref y);
                var left = first.TrimStart('0');
                var right = second.TrimStart('0');
                if (left.Length != right.Length) return left.Length - right.Length;
                if (left.SequenceCompareTo(right) is not 0 and var byDigits) return byDigits;
                if (first.Length != second.Length) return first.Length - second.Length;
                continue;
            }

            if (a[x] != b[y]) return a[x] - b[y];
            x++;
            y++;
        }

        return (a.Length - x) - (b.Length - y);
    }

    static ReadOnlySpan<char> Digits(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        return text.AsSpan(start, at - start);
    }
}
