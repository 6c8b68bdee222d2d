using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// The variables of a dashboard: what a check says, else what the dashboard has chosen. Grafana fills them in the browser, so a query must be sent with them filled;
/// those that begin with <c>__</c> it fills itself.
/// </summary>
sealed class GrafanaVariables
{
    const int Deepest = 32;
    readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public GrafanaVariables(Value.Fields dashboard, IEnumerable<(string Name, string Text)> said)
    {
        foreach (var one in dashboard.Items("templating", "list"))
            if (one.Text("name") is { } name && Chosen(one) is { } value) _values[name] = value;
        foreach (var (name, text) in said) _values[name] = text;
    }

    static string? Chosen(Value variable)
    {
        var chosen = variable.At("current", "value") switch
        {
            Value.Text { Is: var text } => text,
            Value.Items { Are: [Value.Text { Is: var only }] } => only,
            Value.Items { Are: { Length: > 1 } several } => $"({string.Join('|', several.Select(one => one.Text()).OfType<string>())})",
            _ => variable.Text("type") is "constant" or "textbox" or "interval" ? variable.Text("query")?.Split(',')[0] : null,
        };
        // "All" is a word of the browser's; in a query it is every value.
        return chosen is "$__all" or "($__all)" ? variable.Text("allValue") ?? ".*" : chosen is { Length: > 0 } ? chosen : null;
    }

    /// <param name="unknown">The first variable that has no value.</param>
    public Value.Fields Fill(Value.Fields target, out string? unknown)
    {
        unknown = null;
        return (Value.Fields)Fill(target, ref unknown, Deepest);
    }

    Value Fill(Value value, ref string? unknown, int deeper)
    {
        if (deeper == 0) return value;
        switch (value)
        {
            case Value.Text { Is: var text }: return Fill(text, ref unknown);
            case Value.Items { Are: var items }:
                var filled = new List<Value>();
                foreach (var item in items) filled.Add(Fill(item, ref unknown, deeper - 1));
                return Value.List(filled);
            case Value.Fields fields:
                var named = new List<KeyValuePair<string, Value>>();
                foreach (var (name, field) in fields) named.Add(new(name, name == "legendFormat" ? field : Fill(field, ref unknown, deeper - 1)));
                return new Value.Fields(named);
            default: return value;
        }
    }

    /// <summary><c>$name</c>, <c>${name}</c>, <c>${name:format}</c>, <c>[[name]]</c>. A "$" that begins none of them, as in a regular expression, stays.</summary>
    string Fill(string text, ref string? unknown)
    {
        if (!text.Contains('$', StringComparison.Ordinal) && !text.Contains("[[", StringComparison.Ordinal)) return text;
        var filled = new StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            var (name, after) = Variable(text, at);
            if (name.Length == 0)
            {
                filled.Append(text[at++]);
                continue;
            }

            if (name.StartsWith("__", StringComparison.Ordinal)) filled.Append(text, at, after - at);
            else if (_values.TryGetValue(name, out var value)) filled.Append(value);
            else
            {
                unknown ??= name;
                filled.Append(text, at, after - at);
            }

            at = after;
        }

        return filled.ToString();
    }

    static (string Name, int After) Variable(string text, int at)
    {
        var (open, close) = text[at] == '$' ? at + 1 < text.Length && text[at + 1] == '{' ? (2, "}") : (1, "") : text.AsSpan(at).StartsWith("[[") ? (2, "]]") : (0, "");
        if (open == 0) return ("", at);
        var end = at + open;
        while (end < text.Length && (char.IsAsciiLetter(text[end]) || text[end] == '_' || end > at + open && char.IsAsciiDigit(text[end]))) end++;
        var name = text[(at + open)..end];
        if (close.Length == 0) return (name, end);
        var closed = text.IndexOf(close, end, StringComparison.Ordinal);
        return closed < 0 || closed > end && text[end] is not (':' or '.') ? ("", at) : (name, closed + close.Length);
    }
}
