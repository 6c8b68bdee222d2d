using System.Collections.Immutable;
using System.Globalization;

namespace Muster.Readiness;

/// <summary>
/// JSON Pointer, RFC 6901: <c>/status</c>, <c>/items/0</c>, with <c>~0</c> for "~" and <c>~1</c> for "/". One addition, for reading lists out of free JSON:
/// a step <c>*</c> takes every element or field, and the result is then the list of all that was found.
/// </summary>
public static class JsonPointer
{
    /// <summary>
    /// The value there, or null if there is none. With a <c>*</c>: a list with one element for each that it took, JSON's null where what follows is missing from it,
    /// so that none is lost; and null only if nothing at all was found.
    /// </summary>
    public static Value? Find(Value from, string pointer)
    {
        if (pointer.Length == 0) return from;
        if (pointer[0] != '/') return null;
        var many = false;
        ImmutableArray<Value?> at = [from];
        foreach (var written in pointer[1..].Split('/'))
        {
            many |= written == "*";
            at = [.. at.SelectMany(value => value is null ? (IEnumerable<Value?>)[null] : Step(value, written))];
        }

        if (at.All(value => value is null)) return null;
        return many ? new Value.Items([.. at.Select(value => value ?? Value.Null)]) : at[0];
    }

    static IEnumerable<Value?> Step(Value from, string written)
    {
        var name = written.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        if (written == "*" && from is (Value.Fields or Value.Items))
            return from is Value.Fields all ? all.Select(field => field.Value) : ((Value.Items)from).Are;
        return
        [
            from switch
            {
                Value.Fields fields => fields[name],
                Value.Items items when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < items.Are.Length && (name == "0" || name[0] != '0') => items.Are[index],
                _ => null,
            },
        ];
    }
}
