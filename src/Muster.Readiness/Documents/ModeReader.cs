using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary><c>mode: warn</c>, or <c>mode: [ observe, { warn: 2026-03-01 }, { block: 2026-04-01 } ]</c>: dates only tighten.</summary>
static class ModeReader
{
    public static ImmutableArray<DatedMode>? Read(YamlNode? node, string path, Problems problems)
    {
        if (node is null) return null;
        var modes = new List<DatedMode>();
        foreach (var item in Typed.Nodes(node))
        {
            if (One(item, path, problems) is not { } mode) return null;
            if (modes.Count == 0 && mode.From is not null)
            {
                problems.Error(item.Place, path, "The first mode has a date, and before that day nothing is said.", "Begin with the mode that holds from the beginning, as [ observe, { block: 2026-04-01 } ].");
                return null;
            }

            if (modes is [.., var last] && (mode.From is null || mode.From <= (last.From ?? DateTimeOffset.MinValue)))
            {
                problems.Error(item.Place, path, "Each later mode needs a date after the one before.", "Write { block: 2026-04-01 }.");
                return null;
            }

            if (modes is [.., var looser] && mode.Mode >= looser.Mode)
            {
                problems.Error(item.Place, path, $"\"{Name(mode.Mode)}\" after \"{Name(looser.Mode)}\" does not tighten.", "Dates only tighten: observe, then warn, then block.");
                return null;
            }

            modes.Add(mode);
        }

        if (modes.Count > 0) return [.. modes];
        problems.Error(node.Place, path, "No mode is named.", "Write block, warn or observe.");
        return null;
    }

    static DatedMode? One(YamlNode node, string path, Problems problems)
    {
        if (node is not YamlNode.Map { Entries: [var only] }) return Of(Typed.Word(node, path, problems, "block", "warn", "observe")) is { } plain ? new(plain) : null;
        var mode = Of(Typed.Word(only.Key, path, problems, "block", "warn", "observe"));
        return Typed.Date(only.Value, $"{path}.{only.Key.Text}", problems) is { } from && mode is { } dated ? new(dated, from) : null;
    }

    static Mode? Of(string? word) => word is null ? null : Enum.Parse<Mode>(word, ignoreCase: true);

    static string Name(Mode mode) => mode.ToString().ToLowerInvariant();
}
