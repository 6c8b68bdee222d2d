using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>Two documents beside each other, part by part. Names of what was edited and never its content, which may be long.</summary>
static class DocumentMoves
{
    public static ImmutableArray<Move> Between(Document before, Document after)
    {
        var (was, now) = ((Value.Fields)Statements.ToValue(before), (Value.Fields)Statements.ToValue(after));
        return [.. Names(was, now).SelectMany(name => Parts(name, was[name], now[name]))];
    }

    static IEnumerable<Move> Parts(string name, Value? was, Value? now)
    {
        if (Equals(was, now)) return [];
        return Named(was) is { } before && Named(now) is { } after ? Each(name, before, after) : [new(Shown(name), Direction.Changed, "was edited")];
    }

    static IEnumerable<Move> Each(string list, SortedDictionary<string, Value.Fields> before, SortedDictionary<string, Value.Fields> after)
    {
        foreach (var (name, now) in after)
        {
            if (!before.TryGetValue(name, out var was)) yield return new(name, Direction.Came, $"is new among the {list}");
            else if (!was.Equals(now)) yield return new(name, Direction.Changed, $"was edited among the {list} ({string.Join(", ", Names(was, now).Where(field => !Equals(was[field], now[field])).Select(Shown))})");
        }

        foreach (var name in before.Keys.Where(name => !after.ContainsKey(name))) yield return new(name, Direction.Went, $"was removed from the {list}");
    }

    /// <summary>A list of things with a name each, by it; null for anything else.</summary>
    static SortedDictionary<string, Value.Fields>? Named(Value? value)
    {
        if (value is not (null or Value.Items)) return null;
        var named = new SortedDictionary<string, Value.Fields>(StringComparer.Ordinal);
        foreach (var item in value is Value.Items items ? items.Are : [])
            if (item is not Value.Fields fields || (fields["name"] ?? fields["id"]) is not Value.Text { Is: var name } || !named.TryAdd(name, fields)) return null;
        return named;
    }

    static IEnumerable<string> Names(Value.Fields was, Value.Fields now) => was.Select(field => field.Key).Concat(now.Select(field => field.Key)).Distinct().Order(StringComparer.Ordinal);

    static string Shown(string field) => field == "cells" ? "checks" : field.Replace('_', ' ');
}
