using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>A form as YAML, in the order in which people write its keys.</summary>
static class FormText
{
    const int ShortMap = 100;

    static readonly string[] Order =
    [
        "target", "url", "http", "threads", "exact", "stop_at_failures", "memory", "scenarios", "name", "rate", "from", "stages", "over", "steps", "by", "to", "each", "vus", "iterations", "iterations_per_vu",
        "duration", "max_duration", "start", "warm_up", "graceful_stop", "max_vus", "cookies", "data", "requests", "method", "get", "post", "put", "patch", "delete", "head", "options", "headers", "json", "form",
        "body", "save", "expect", "check", "follow", "timeout", "think", "tags", "thresholds",
    ];

    public static string Of(Value.Fields form)
    {
        var to = new StringBuilder();
        Map(form, 0, to);
        return to.ToString();
    }

    static void Map(Value.Fields fields, int depth, StringBuilder to)
    {
        foreach (var (name, value) in fields.OrderBy(field => Array.IndexOf(Order, field.Key) is var at and >= 0 ? at : Order.Length))
        {
            to.Append(' ', depth * 2).Append(Text(name)).Append(':');
            Behind(value, depth, to);
        }
    }

    static void Behind(Value value, int depth, StringBuilder to)
    {
        switch (value)
        {
            // What nests deep or belongs to a body goes on as JSON, which is YAML too.
            case Value.Fields { Count: > 0 } map when depth < 5 && !IsShort(map):
                to.Append('\n');
                Map(map, depth + 1, to);
                break;
            case Value.Items { Are.IsEmpty: false } items when depth < 5 && items.Are.Any(item => item is Value.Fields) && !IsShort(items):
                to.Append('\n');
                foreach (var item in items.Are)
                {
                    to.Append(' ', depth * 2 + 2).Append('-');
                    if (item is Value.Fields { Count: > 0 } entry && !IsShort(entry))
                    {
                        var inner = new StringBuilder();
                        Map(entry, depth + 2, inner);
                        to.Append(' ').Append(inner.ToString().AsSpan().TrimStart(' '));
                    }
                    else to.Append(' ').Append(Flow(item)).Append('\n');
                }

                break;
            default: to.Append(' ').Append(Flow(value)).Append('\n'); break;
        }
    }

    static bool IsShort(Value value) => Flow(value).Length <= ShortMap;

    static string Flow(Value value) => value switch
    {
        Value.Text text => Text(text.Is),
        Value.Items { Are.IsEmpty: false } items => $"[ {string.Join(", ", items.Are.Select(Flow))} ]",
        Value.Fields { Count: > 0 } fields => $"{{ {string.Join(", ", fields.OrderBy(field => Array.IndexOf(Order, field.Key) is var at and >= 0 ? at : Order.Length).Select(field => $"{Text(field.Key)}: {Flow(field.Value)}"))} }}",
        _ => value.ToString(),
    };

    /// <summary>Plain only where nothing in it could be anything else; else in double quotes, whose escapes are those of JSON.</summary>
    static string Text(string text) =>
        text.Length is > 0 and < 200 && (char.IsAsciiLetter(text[0]) || text[0] == '/' || char.IsAsciiDigit(text[0]) && char.IsAsciiLetter(text[^1])) && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '/' or '.')
            && text.ToLowerInvariant() is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n") && !LooksLikeNumber(text)
            ? text
            : Quoted(text);

    // Beyond what JSON escapes, YAML allows no other control characters and reads some separators as line ends.
    static string Quoted(string text)
    {
        var json = CanonicalJson.Text(text);
        if (!json.Any(letter => letter is >= '\u007f' and < '\u00a0' or '\u2028' or '\u2029' or '\uFEFF' || char.IsSurrogate(letter) || letter is '\uFFFE' or '\uFFFF')) return json;
        var to = new StringBuilder();
        foreach (var letter in json)
            if (letter is >= '\u007f' and < '\u00a0' or '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF') to.Append("\\u").Append(((int)letter).ToString("x4", System.Globalization.CultureInfo.InvariantCulture));
            else to.Append(letter);
        return to.ToString();
    }

    static bool LooksLikeNumber(string text) => double.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out _);
}
