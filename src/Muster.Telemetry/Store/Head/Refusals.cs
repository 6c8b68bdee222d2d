using System.Globalization;
using Muster.Telemetry.Intake;

namespace Muster.Telemetry.Store.Head;

/// <summary>What of a batch was refused: how many for each reason, and a few examples in words for the sender. Reused.</summary>
sealed class Refusals(StoreOptions options)
{
    const int Examples = 10, ExamplesOfOne = 3, LongestName = 300;

    static readonly Dictionary<Refused, int> None = [];

    readonly Dictionary<Refused, int> _counts = [];
    readonly List<string> _examples = [];

    public IReadOnlyDictionary<Refused, int> Counts => _counts.Count == 0 ? None : new Dictionary<Refused, int>(_counts);

    public IReadOnlyList<string> First => _examples.Count == 0 ? [] : [.. _examples];

    public void Clear()
    {
        _counts.Clear();
        _examples.Clear();
    }

    /// <param name="detail">For reasons that have more to tell; else null.</param>
    public void Add(Refused why, ReadOnlySpan<byte> key, long time, string? detail)
    {
        var count = _counts[why] = _counts.GetValueOrDefault(why) + 1;
        if (_examples.Count >= Examples || count > ExamplesOfOne) return;
        _examples.Add(string.Create(CultureInfo.InvariantCulture, $"{Shown(key)} at {time}: {detail ?? Text(why)}"));
    }

    string Text(Refused why) => why switch
    {
        Refused.TooOld => "older than the window for late samples",
        Refused.TooFarAhead => "too far ahead of the clock",
        Refused.DuplicateOtherValue => "there is another value at this time",
        Refused.LabelLimit => string.Create(
            CultureInfo.InvariantCulture,
            $"more than {options.MaxLabels} labels, or a name over {options.MaxLabelNameBytes} or a value over {options.MaxLabelValueBytes} bytes, or more than {Generation.MostNames} names of labels in all"),
        Refused.BadLabels => "its labels are none",
        Refused.NoSpace => "the batch is longer than a record of the log may be: send less at a time",
        Refused.BadHistogram => "it is no histogram",
        _ => why.ToString(),
    };

    static string Shown(ReadOnlySpan<byte> key)
    {
        try
        {
            var text = SeriesKey.Read(key).ToString();
            return text.Length <= LongestName ? text : text[..LongestName] + "…";
        }
        catch (Exception bad) when (bad is FormatException or ArgumentException) { return "(unreadable labels)"; }
    }
}
