using System.Globalization;
using System.Text;

namespace Muster.Server.Api;

/// <summary>Names of labels in a path: <c>U__</c>, with <c>_HEX_</c> for what is no letter, digit or underscore, and <c>__</c> for an underscore (<see href="https://prometheus.io/docs/prometheus/latest/querying/api/#querying-label-values"/>).</summary>
static class LabelEscape
{
    public static string Read(string name)
    {
        if (!name.StartsWith("U__", StringComparison.Ordinal)) return name;
        var text = new StringBuilder();
        for (var at = 3; at < name.Length; at++)
        {
            if (name[at] != '_')
            {
                text.Append(name[at]);
                continue;
            }

            var end = name.IndexOf('_', at + 1);
            if (end == at + 1) text.Append('_');
            else if (end > 0 && end - at <= 7 && int.TryParse(name.AsSpan(at + 1, end - at - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rune) && Rune.TryCreate(rune, out var made)) text.Append(made.ToString());
            else return name; // It only looks like one.
            at = end;
        }

        return text.ToString();
    }
}
