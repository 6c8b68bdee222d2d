using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A panel that asks a data source, within the dashboard that shows it.</summary>
/// <param name="Targets">Its queries, each with the data source that it goes to; the hidden ones are left out.</param>
/// <param name="Why">Why it cannot be asked as it stands; null if it can.</param>
sealed record GrafanaPanel(string Name, ImmutableArray<Value.Fields> Targets, string? Why)
{
    const int Deepest = 8;

    /// <summary>Panels that show text, lists or other panels' results and have no query of their own.</summary>
    static readonly string[] WithoutQuery = ["row", "text", "news", "dashlist", "alertlist", "annolist", "welcome", "gettingstarted", "pluginlist"];

    public static IEnumerable<GrafanaPanel> Of(Value.Fields dashboard, string title, GrafanaVariables variables, GrafanaSources sources) => Walk(dashboard, title, variables, sources, Deepest);

    /// <summary>Panels stand in the dashboard, in its rows, and in old ones in rows that are a list of their own.</summary>
    static IEnumerable<GrafanaPanel> Walk(Value? within, string title, GrafanaVariables variables, GrafanaSources sources, int deeper)
    {
        if (deeper == 0) yield break;
        foreach (var row in within.Items("rows"))
            foreach (var panel in Walk(row, title, variables, sources, deeper - 1)) yield return panel;
        foreach (var one in within.Items("panels"))
        {
            if (one is not Value.Fields panel) continue;
            if (!WithoutQuery.Contains(panel.Text("type"))) yield return One(panel, title, variables, sources);
            foreach (var inner in Walk(panel, title, variables, sources, deeper - 1)) yield return inner;
        }
    }

    static GrafanaPanel One(Value.Fields panel, string title, GrafanaVariables variables, GrafanaSources sources)
    {
        var name = $"{title}/{panel.Text("title") ?? $"panel {panel.At("id")}"}";
        if (panel.At("libraryPanel") is Value.Fields library && panel.Items("targets").IsEmpty) return new(name, [], $"its queries are those of the library panel {library.Text("name")}, which this answer does not hold");
        var targets = ImmutableArray.CreateBuilder<Value.Fields>();
        string? why = null;
        foreach (var one in panel.Items("targets"))
        {
            if (one is not Value.Fields target || target.Truth("hide") == true) continue;
            var filled = variables.Fill(target, out var unknown);
            if (unknown is not null) why ??= $"the variable {unknown} has no value; say it under variables";
            // A panel of several sources has them at its queries; "mixed" is none itself.
            var said = filled.At("datasource") ?? variables.Fill(Value.Of(("datasource", panel.At("datasource") ?? Value.Null)), out _)["datasource"];
            if (sources.Find(said) is not { } source) why ??= $"there is no data source {Bounded.Start(said?.ToString() ?? "null", 100)}";
            else targets.Add(filled.With("datasource", source).With("refId", filled.Text("refId") ?? $"Q{targets.Count}"));
        }

        return new(name, targets.DrainToImmutable(), why);
    }
}
