using System.Collections.Immutable;
using System.Globalization;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Series;

namespace Muster.Conformance.Promql;

/// <summary>
/// Reads the values of a series: <c>1 2</c>, <c>1+2x5</c>, <c>7x3</c>, <c>_</c>, <c>_x4</c>, <c>stale</c>, <c>{{sum:1 count:1}}</c>,
/// <c>{{…}}+{{…}}x5</c>. A repetition xN stands for N + 1 values, of a gap for N.
/// </summary>
sealed class SequenceReader(string text)
{
    /// <summary>Most values that a line may stand for.</summary>
    public const int Longest = 1_000_000;

    readonly List<SequenceValue> _values = [];
    int _at;

    /// <exception cref="FormatException">This is no sequence.</exception>
    public static ImmutableArray<SequenceValue> Read(string text, bool isStart) => new SequenceReader(text).All(isStart);

    ImmutableArray<SequenceValue> All(bool isStart)
    {
        while (true)
        {
            while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
            if (_at == text.Length || text[_at] == '#') return [.. _values];
            if (text.AsSpan(_at).StartsWith("{{", StringComparison.Ordinal)) Histograms();
            else if (isStart) Durations();
            else Numbers();
            if (_at < text.Length && !char.IsWhiteSpace(text[_at])) throw Bad();
        }
    }

    void Numbers()
    {
        var word = Word();
        if (word == "stale") Add(SequenceValue.Of(StaleMarker.Value), 1);
        else if (word == "_") Add(SequenceValue.Omitted, 1);
        else if (word.StartsWith("_x", StringComparison.Ordinal)) Add(SequenceValue.Omitted, Times(word[2..]));
        else if (ScriptText.TryNumber(word, out var only)) Add(SequenceValue.Of(only), 1);
        else
        {
            var (first, step, times) = Parts(word);
            if (!ScriptText.TryNumber(first, out var value)) throw Bad();
            var by = 0.0;
            if (step.Length > 0 && !ScriptText.TryNumber(step, out by)) throw Bad();
            for (var at = 0; at <= times; at++, value += by) Add(SequenceValue.Of(value), 1);
        }
    }

    void Durations()
    {
        var word = Word();
        if (word == "_") Add(SequenceValue.Omitted, 1);
        else if (word.StartsWith("_x", StringComparison.Ordinal)) Add(SequenceValue.Omitted, Times(word[2..]));
        else if (ScriptText.TryTime(word, out var only)) Add(SequenceValue.Of(only), 1);
        else
        {
            var (first, step, times) = Parts(word);
            long by = 0;
            if (!ScriptText.TryTime(first, out var value)) throw Bad();
            if (step.Length > 0 && !ScriptText.TryTime(step.TrimStart('+'), out by)) throw Bad();
            for (var at = 0; at <= times; at++, value += by) Add(SequenceValue.Of(value), 1);
        }
    }

    void Histograms()
    {
        var (value, saysHint) = Histogram();
        NativeHistogram? step = null;
        var isMinus = false;
        if (_at < text.Length && text[_at] is '+' or '-')
        {
            isMinus = text[_at++] == '-';
            step = Histogram().Value;
        }

        if (_at == text.Length || text[_at] != 'x')
        {
            if (step is not null) throw Bad();
            Add(new(null, value, saysHint), 1);
            return;
        }

        _at++;
        var times = Times(Word());
        for (var at = 0; at <= times; at++)
        {
            Add(new(null, value, saysHint), 1);
            if (step is null || at == times) continue;
            value = (isMinus ? value.Subtract(step, out _) : value.Add(step, out _)) ?? throw Bad();
        }
    }

    (NativeHistogram Value, bool SaysHint) Histogram()
    {
        if (!text.AsSpan(_at).StartsWith("{{", StringComparison.Ordinal)) throw Bad();
        var end = text.IndexOf("}}", _at, StringComparison.Ordinal);
        if (end < 0) throw Bad();
        var histogram = HistogramNotation.Read(text[(_at + 2)..end]);
        _at = end + 2;
        return histogram;
    }

    /// <summary>Of <c>1+2x5</c>: 1, +2 and 5. A sign after an e belongs to the exponent.</summary>
    (string First, string Step, int Times) Parts(string word)
    {
        var mark = word.LastIndexOf('x');
        if (mark <= 0) throw Bad();
        var sign = -1;
        for (var at = 1; at < mark; at++)
        {
            if (word[at] is '+' or '-' && word[at - 1] is not ('e' or 'E')) sign = at;
        }

        return (word[..(sign < 0 ? mark : sign)], sign < 0 ? "" : word[sign..mark], Times(word[(mark + 1)..]));
    }

    int Times(string word) => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var times) && times <= Longest ? times : throw Bad();

    string Word()
    {
        var start = _at;
        while (_at < text.Length && !char.IsWhiteSpace(text[_at])) _at++;
        return text[start.._at];
    }

    void Add(SequenceValue value, int times)
    {
        if (_values.Count + times > Longest) throw Bad();
        for (var at = 0; at < times; at++) _values.Add(value);
    }

    FormatException Bad() => new($"no sequence of values: {text}");
}
