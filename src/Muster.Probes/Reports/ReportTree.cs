using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Ways into a report's JSON that never throw: what is missing or of another type is nothing.</summary>
static class ReportTree
{
    public static Value? At(this Value? value, params ReadOnlySpan<string> way)
    {
        foreach (var name in way) value = (value as Value.Fields)?[name];
        return value is Value.Nothing ? null : value;
    }

    public static string? Text(this Value? value, params ReadOnlySpan<string> way) => value.At(way) is Value.Text { Is: { Length: > 0 } text } ? text : null;

    public static double? Number(this Value? value, params ReadOnlySpan<string> way) => value.At(way) is Value.Number { Is: var number } && double.IsFinite(number) ? number : null;

    public static bool? Truth(this Value? value, params ReadOnlySpan<string> way) => value.At(way) is Value.Truth { Is: var truth } ? truth : null;

    public static ImmutableArray<Value> Items(this Value? value, params ReadOnlySpan<string> way) => value.At(way) is Value.Items { Are: var items } ? items : [];

    public static IEnumerable<KeyValuePair<string, Value>> Fields(this Value? value, params ReadOnlySpan<string> way) => value.At(way) as Value.Fields ?? Value.Fields.Empty;

    /// <summary>An instant with its zone; a local time is none.</summary>
    public static DateTimeOffset? Time(this Value? value, params ReadOnlySpan<string> way) => ReportTime.Read(value.Text(way), null);

    /// <summary>The field with a value, or without it left out.</summary>
    public static Value.Fields With(this Value.Fields seen, params ReadOnlySpan<(string Name, Value? Value)> fields)
    {
        foreach (var (name, value) in fields)
            if (value is not (null or Value.Nothing)) seen = seen.With(name, value);
        return seen;
    }
}
