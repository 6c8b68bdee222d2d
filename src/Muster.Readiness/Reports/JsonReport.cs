using System.Globalization;
using System.Text;

namespace Muster.Readiness;

/// <summary>
/// A decision as JSON: the verdict statement's own fields and <c>schema</c>, indented, names in the order of RFC 8785, so that equal decisions are equal bytes.
/// Its shape is <c>docs/formats/report.schema.json</c>.
/// </summary>
public static class JsonReport
{
    public const string Schema = "muster/report/1";

    public static string Render(Decision decision) => Indent(((Value.Fields)Statements.ToValue(decision)).With("schema", Schema));

    /// <summary>Any value in this form, with LF at line ends and at the end; other commands print theirs with it.</summary>
    public static string Indent(Value value)
    {
        var to = new StringBuilder();
        Write(value, to, 0);
        return to.Append('\n').ToString();
    }

    static void Write(Value value, StringBuilder to, int depth)
    {
        switch (value)
        {
            case Value.Fields { Count: > 0 } fields:
                var first = true;
                foreach (var (name, field) in fields)
                {
                    NewLine(to.Append(first ? "{" : ","), depth + 1).Append(Quote(name)).Append(": ");
                    Write(field, to, depth + 1);
                    first = false;
                }

                NewLine(to, depth).Append('}');
                break;
            case Value.Items { Are.IsEmpty: false } items:
                for (var i = 0; i < items.Are.Length; i++)
                {
                    NewLine(to.Append(i == 0 ? "[" : ","), depth + 1);
                    Write(items.Are[i], to, depth + 1);
                }

                NewLine(to, depth).Append(']');
                break;
            case Value.Text text:
                to.Append(Quote(text.Is));
                break;
            default:
                to.Append(CanonicalJson.Text(value));
                break;
        }
    }

    static StringBuilder NewLine(StringBuilder to, int depth) => to.Append('\n').Append(' ', depth * 2);

    /// <summary>As canonical JSON has it, and with DEL and the C1 control characters escaped too: this text is printed, and a terminal obeys them.</summary>
    static string Quote(string text)
    {
        var quoted = CanonicalJson.Text(text);
        if (!quoted.AsSpan().ContainsAnyInRange('\u007f', '\u009f')) return quoted;
        var to = new StringBuilder(quoted.Length + 8);
        foreach (var unit in quoted)
            if (unit is >= '\u007f' and <= '\u009f') to.Append("\\u").Append(((int)unit).ToString("x4", CultureInfo.InvariantCulture));
            else to.Append(unit);
        return to.ToString();
    }
}
