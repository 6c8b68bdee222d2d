using System.Collections.Immutable;
using System.Numerics;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Store.Index;

/// <summary>Finds the series that all matchers hold for. A label that is absent has the empty value.</summary>
static class SeriesMatch
{
    /// <summary>Ascending.</summary>
    public static int[] Find(ILabelIndex index, ImmutableArray<Matcher> matchers, CancellationToken cancel)
    {
        var count = index.SeriesCount;
        if (count == 0) return [];
        int[]? smallest = null;
        var others = new List<Condition>(matchers.Length);
        var single = (Condition?)null;
        foreach (var matcher in matchers)
        {
            cancel.ThrowIfCancellationRequested();
            var condition = Condition.Of(index, matcher, cancel);
            if (condition.Nothing) return [];
            if (condition.Everything) continue;
            if (condition.Single is { } && (single is null || condition.Size < single.Size)) single = condition;
            others.Add(condition);
        }

        if (single is not null)
        {
            others.Remove(single);
            smallest = Cut(single.Single!.Value.Values.Series(single.Single.Value.At), count);
        }

        foreach (var condition in others.Where(static one => one.Single is not null).OrderBy(static one => one.Size))
        {
            var (values, at) = condition.Single!.Value;
            smallest = Both(smallest!, values.Series(at));
            if (smallest.Length == 0) return [];
        }

        foreach (var condition in others.Where(static one => one.Single is null))
        {
            cancel.ThrowIfCancellationRequested();
            var bits = condition.Bits(count);
            smallest = smallest is null ? Those(bits, count, condition.Without) : Array.FindAll(smallest, number => Has(bits, number) != condition.Without);
            if (smallest.Length == 0) return [];
        }

        return smallest ?? [.. Enumerable.Range(0, count)];
    }

    static int[] Cut(ReadOnlySpan<int> numbers, int count)
    {
        var end = numbers.Length;
        while (end > 0 && numbers[end - 1] >= count) end--;
        return numbers[..end].ToArray();
    }

    /// <summary>What stands in both; the second may be much longer, and is then searched in leaps.</summary>
    static int[] Both(int[] few, ReadOnlySpan<int> many)
    {
        var both = new List<int>(few.Length);
        var at = 0;
        foreach (var number in few)
        {
            var leap = 1;
            while (at + leap < many.Length && many[at + leap] < number)
            {
                at += leap;
                leap *= 2;
            }

            var found = many[at..Math.Min(many.Length, at + leap + 1)].BinarySearch(number);
            if (found >= 0) both.Add(number);
            at += found >= 0 ? found : ~found;
            if (at >= many.Length) break;
        }

        return [.. both];
    }

    static int[] Those(ulong[] bits, int count, bool without)
    {
        var numbers = new List<int>();
        for (var word = 0; word < bits.Length; word++)
        {
            for (var rest = without ? ~bits[word] : bits[word]; rest != 0; rest &= rest - 1)
            {
                var number = (word * 64) + BitOperations.TrailingZeroCount(rest);
                if (number < count) numbers.Add(number);
            }
        }

        return [.. numbers];
    }

    static bool Has(ulong[] bits, int number) => (bits[number >> 6] & (1UL << (number & 63))) != 0;

    /// <summary>One matcher, as the values that it names: those series have, or (<see cref="Without"/>) those they must not have.</summary>
    sealed class Condition
    {
        readonly ILabelValues? _values;
        readonly List<int> _named;
        readonly bool _any;

        Condition(ILabelValues? values, List<int> named, bool any, bool without) => (_values, _named, _any, Without) = (values, named, any, without);

        public bool Without { get; }

        public bool Nothing => !Without && !_any && _named.Count == 0;

        public bool Everything => Without && !_any && _named.Count == 0;

        public (ILabelValues Values, int At)? Single => !Without && !_any && _named.Count == 1 ? (_values!, _named[0]) : null;

        public int Size => _values!.SeriesCount(_named[0]);

        public static Condition Of(ILabelIndex index, Matcher matcher, CancellationToken cancel)
        {
            var values = index.Of(matcher.Name);
            var empty = matcher.Matches("");
            if (values is null) return new(null, [], false, empty);
            // Of a matcher that holds for an absent label those values are told that it does not hold for.
            var pattern = matcher.Kind is MatchKind.Regex or MatchKind.NotRegex ? LiteralPattern.Of(matcher.Value) : new([matcher.Value], "", null);
            var positive = matcher.Kind is MatchKind.Equal or MatchKind.Regex;
            if (positive != empty && pattern.Alternatives is { } few) return new(values, Known(values, few), false, empty);
            if (!positive && !empty && pattern.Alternatives is [""]) return new(values, [], true, false);
            if (pattern is { Rest: { } rest, Prefix: "" })
            {
                // .* holds for all, .+ for every label that is there.
                return (rest, positive) switch
                {
                    (0, true) => new(values, [], false, true),
                    (0, false) => new(values, [], false, false),
                    (_, true) => new(values, [], true, false),
                    _ => new(values, [], true, true),
                };
            }

            return new(values, Scanned(values, matcher, pattern, positive, empty, cancel), false, empty);
        }

        public ulong[] Bits(int count)
        {
            var bits = new ulong[(count + 63) / 64];
            if (_any) Set(bits, _values!.Any, count);
            foreach (var at in _named) Set(bits, _values!.Series(at), count);
            return bits;
        }

        static List<int> Known(ILabelValues values, string[] few)
        {
            var named = new List<int>(few.Length);
            foreach (var one in few)
            {
                if (one.Length > 0 && values.Find(one) is >= 0 and var at) named.Add(at);
            }

            return named;
        }

        static List<int> Scanned(ILabelValues values, Matcher matcher, LiteralPattern pattern, bool positive, bool empty, CancellationToken cancel)
        {
            var named = new List<int>();
            // Only where values that hold are collected does the prefix bound the search.
            var bounded = positive != empty && pattern.Prefix.Length > 0;
            var (first, end) = bounded ? values.WithPrefix(pattern.Prefix) : (0, values.Count);
            for (var at = first; at < end; at++)
            {
                if ((at & 1023) == 0) cancel.ThrowIfCancellationRequested();
                var value = values.Value(at);
                if (bounded && !value.StartsWith(pattern.Prefix, StringComparison.Ordinal)) continue;
                var holds = bounded && pattern.Rest is { } rest ? (value.Length >= pattern.Prefix.Length + rest) == positive : matcher.Matches(value);
                if (holds != empty) named.Add(at);
            }

            return named;
        }

        static void Set(ulong[] bits, ReadOnlySpan<int> numbers, int count)
        {
            foreach (var number in numbers)
            {
                if (number < count) bits[number >> 6] |= 1UL << (number & 63);
            }
        }
    }
}
