using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>A verdict in the format that was asked for.</summary>
static class Board
{
    static readonly string[] Locales = ["LC_ALL", "LC_CTYPE", "LANG"];

    /// <summary>Every format that a verdict is printed in.</summary>
    public static readonly Format[] Formats = Enum.GetValues<Format>();

    public static void Print(Decision decision, Workspace workspace, Output output, Host host, bool verbose = false, ImmutableArray<DrillShown> drills = default) => output.Data.Write(output.Format switch
    {
        Format.Json => JsonReport.Render(decision),
        Format.Md => MarkdownReport.Render(decision),
        Format.Html => HtmlReport.Render(decision, Extras(decision, workspace.Document) with { Drills = drills.IsDefault ? [] : drills }),
        Format.Junit => JUnitReport.Render(decision, workspace.Places(host)),
        Format.Sarif => SarifReport.Render(decision, workspace.Places(host), Host.Version),
        Format.Openmetrics => OpenMetricsReport.Render(decision),
        Format.Github => GithubReport.Render(decision, workspace.Places(host)),
        Format.Gitlab => GitlabReport.Render(decision, workspace.Places(host)),
        _ => TextReport.Render(decision, Style(host, verbose), drills),
    });

    public static TextStyle Style(Host host, bool verbose = false) => new()
    {
        Width = host.Terminal is { } terminal ? Math.Clamp(terminal().Columns, 60, 140) : 100,
        Colour = host.Interactive,
        Unicode = Locale(host) is not ("C" or "POSIX"),
        Verbose = verbose,
    };

    static HtmlExtras Extras(Decision decision, Document document) => new()
    {
        Parameters = decision.Controls.Select(shown => document.Control(shown.Id)).OfType<Control>()
            .SelectMany(control => Asked(document, control, decision.Environment)).ToImmutableSortedDictionary(part => part.Key, part => part.Value, StringComparer.Ordinal),
        Key = "runner.pub",
        Version = Host.Version,
    };

    /// <summary>What each part of a control asks, by its name: the parameters of one step, or a list of several. Targets are resolved, secrets are not: they are read at the moment of the look and at no other.</summary>
    public static ImmutableSortedDictionary<string, Value> Asked(Document document, Control control, string environment) => Asks.Of(document, control, environment)
        .ToImmutableSortedDictionary(part => part.Name, part => part.Question.Steps is [var only] ? only.Parameters : (Value)Value.List(part.Question.Steps.Select(step => (Value)step.Parameters.With("kind", step.Kind))), StringComparer.Ordinal);

    /// <summary>As POSIX has it: the first of these that is set. A machine that sets none is taken to read UTF-8, as containers do.</summary>
    static string? Locale(Host host) => Locales.Select(host.Variable).FirstOrDefault(value => !string.IsNullOrEmpty(value));
}
