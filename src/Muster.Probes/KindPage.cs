using System.Globalization;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A kind's page in docs/probes, made of its declaration.</summary>
public static class KindPage
{
    public static string Of(Kind kind)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"# {kind.Name}\n\n{kind.Says}\n\n```yaml\n{kind.Example}\n```\n\n");
        page.Append(CultureInfo.InvariantCulture, $"- **Holds by itself** when `{kind.Holds}`.\n");
        if (kind.UsualTarget is { } usual) page.Append(CultureInfo.InvariantCulture, $"- **Target**: `{usual}` unless the check names one.\n");
        page.Append(CultureInfo.InvariantCulture, $"- **Population**: {kind.Population}; fewer than {kind.LeastPopulation} is unproven.\n");
        if (kind.JudgeOnly) page.Append("- **Looks at nothing**: it is judged from the ledger alone.\n");
        else page.Append(CultureInfo.InvariantCulture, $"- **Deadline**: {kind.Deadline.TotalSeconds} s unless the check says another.\n");
        if (!kind.JudgeOnly) page.Append(CultureInfo.InvariantCulture, $"- **Hazard**: {kind.Hazard.ToString().ToLowerInvariant()}{(kind.Hazard == Hazard.Passive ? "" : "; the environment must consent")}.\n");
        if (!kind.Parameters.IsEmpty)
        {
            page.Append("\n## Parameters\n\n| name | type | says |\n|---|---|---|\n");
            foreach (var parameter in kind.Parameters)
                page.Append(CultureInfo.InvariantCulture, $"| `{parameter.Name}` | {Type(parameter.Shape)} | {Cell(parameter.Says)}{Choices(parameter)} |\n");
        }

        page.Append("\n## Fields\n\nWhat `expect` can name.\n\n| name | type | says |\n|---|---|---|\n");
        foreach (var field in kind.Fields) Row(page, field, "");
        page.Append("\n## Pitfalls\n\n");
        foreach (var pitfall in kind.Pitfalls) page.Append(CultureInfo.InvariantCulture, $"- {pitfall}\n");
        return page.ToString();
    }

    static void Row(StringBuilder page, Field field, string under)
    {
        page.Append(CultureInfo.InvariantCulture, $"| `{under}{field.Name}` | {Type(field.Shape)} | {Cell(field.Says)} |\n");
        foreach (var inner in field.Of) Row(page, inner, $"{under}{field.Name}.");
    }

    static string Choices(Parameter parameter) =>
        (parameter.Required ? " Required." : "")
        + (parameter.OneOf.IsEmpty ? "" : $" One of {string.Join(", ", parameter.OneOf.Select(choice => $"`{choice}`"))}.")
        + (parameter.Default is { } usual ? $" Default: `{(usual is Value.Text text ? text.Is : usual.ToString())}`." : "");

    static string Type(Shape shape) => shape == Shape.Truth ? "true or false" : shape.ToString().ToLowerInvariant();

    static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
