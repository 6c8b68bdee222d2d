using System.Collections.Immutable;
using System.Text;

namespace Muster.Readiness;

/// <summary>The one placeholder of the document language, <c>$(name)</c>. A scalar that is nothing but a placeholder takes the type of what fills it.</summary>
public static class Placeholder
{
    /// <summary>Fills what the lookup knows; what it answers with null stays as it was written.</summary>
    public static Value Fill(Value value, Func<string, Value?> lookup) => value switch
    {
        Value.Text text => FillText(text, lookup),
        Value.Items items => new Value.Items([.. items.Are.Select(item => Fill(item, lookup))]),
        Value.Fields fields => Fill(fields, lookup),
        _ => value,
    };

    public static Value.Fields Fill(Value.Fields fields, Func<string, Value?> lookup) =>
        new(fields.Select(field => KeyValuePair.Create(field.Key, Fill(field.Value, lookup))));

    /// <summary>Every name that stands in a placeholder anywhere in the value.</summary>
    public static ImmutableArray<string> Names(Value value)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        Fill(value, name => { names.Add(name); return null; });
        return names.DrainToImmutable();
    }

    static Value FillText(Value.Text text, Func<string, Value?> lookup)
    {
        var at = text.Is.IndexOf("$(", StringComparison.Ordinal);
        if (at < 0) return text;
        var filled = new StringBuilder();
        var done = 0;
        while (at >= 0)
        {
            var end = text.Is.IndexOf(')', at);
            if (end < 0) break;
            var name = text.Is[(at + 2)..end];
            var found = lookup(name);
            if (found is not null && at == 0 && end == text.Is.Length - 1) return found;
            filled.Append(text.Is, done, at - done);
            if (found is null) filled.Append(text.Is, at, end + 1 - at);
            else filled.Append(found is Value.Text inner ? inner.Is : found.ToString());
            done = end + 1;
            at = text.Is.IndexOf("$(", done, StringComparison.Ordinal);
        }

        return new Value.Text(filled.Append(text.Is, done, text.Is.Length - done).ToString());
    }
}
