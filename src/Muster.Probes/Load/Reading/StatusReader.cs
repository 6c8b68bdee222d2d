using System.Collections.Immutable;
using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>Reads statuses: <c>200</c>, <c>[200, 404]</c>, <c>200..299</c>, <c>2xx</c>.</summary>
static class StatusReader
{
    public static StatusSet? Read(Value value, string path, FormProblems problems)
    {
        var items = value is Value.Items list ? list.Are : [value];
        if (items.IsEmpty) problems.Add(path, "The list is empty.", "Write 200, [ 200, 404 ], 200..299 or 2xx.");
        var ranges = ImmutableArray.CreateBuilder<(int, int)>();
        for (var i = 0; i < items.Length; i++)
        {
            var at = value is Value.Items ? FormPlaces.Within(path, i) : path;
            if (FormTyped.Text(items[i], at, problems) is not { } text) continue;
            if (Range(text) is { } range) ranges.Add(range);
            else problems.Add(at, $"\"{Bounded.Start(text, 40)}\" is no HTTP status.", "Write 200, [ 200, 404 ], 200..299 or 2xx.");
        }

        return ranges.Count == items.Length && ranges.Count > 0 ? new(ranges.DrainToImmutable()) : null;
    }

    static (int, int)? Range(string text)
    {
        if (text.Length == 3 && text[0] is >= '1' and <= '5' && text[1..] is "xx" or "XX") return ((text[0] - '0') * 100, (text[0] - '0') * 100 + 99);
        var ends = text.Split("..");
        if (ends.Length > 2 || One(ends[0]) is not { } from || One(ends[^1]) is not { } to || from > to) return null;
        return (from, to);
    }

    static int? One(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 100 and <= 999 ? status : null;
}
