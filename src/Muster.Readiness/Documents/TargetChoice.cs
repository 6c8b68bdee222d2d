using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>What a check touches: a target by its name, a literal of the right shape, or other controls.</summary>
sealed class TargetChoice(Draft draft, Source source, string control)
{
    public Value? Read(Kind kind, YamlNode node, string path)
    {
        if (kind.Target == TargetShape.Selectors) return Selected(node, path);
        if (kind.Target == TargetShape.Command && node is YamlNode.List list) return Value.Texts(Typed.Texts(list, path, draft.Problems));
        if (Typed.Text(node, path, draft.Problems) is not { } text) return null;
        if (kind.Target is TargetShape.Statement or TargetShape.Command) return text;
        if (draft.Targets.ContainsKey(Bound(text)) || draft.Unread.Contains(Bound(text))) return Bound(text);
        if (text.Contains("$(", StringComparison.Ordinal) || IsLiteral(text, kind.Target)) return text;
        draft.Problems.Error(node.Place, path, $"There is no target \"{text}\", and it is no {Noun(kind.Target)}.", DidYouMean.Among(draft.Targets.Keys, text, "targets"));
        return null;
    }

    Value.Items Selected(YamlNode node, string path)
    {
        // "all" and "prefix.*" may well match the control that says them; it does not wait for itself.
        var selected = draft.Outline(node, path);
        var ids = selected.Remove(control);
        if (ids.IsEmpty && !selected.IsEmpty) draft.Problems.Error(node.Place, path, "No other control is selected.", "Name at least one control beside this one.");
        draft.Selections.Add(new(control, node.Place, path, ids));
        return Value.Texts(ids);
    }

    /// <summary>A pack's own name for a target, as the document that includes it calls it.</summary>
    string Bound(string name) => source.Bindings.GetValueOrDefault(name, name);

    static bool IsLiteral(string text, TargetShape shape) => shape switch
    {
        TargetShape.Url => IsUrl(text),
        TargetShape.HostAndPort => IsUrl(text) || HostAndPort(text),
        TargetShape.HostName => IsUrl(text) || HostAndPort(text) || Host(text),
        TargetShape.Path => text.AsSpan().ContainsAny("./"),
        _ => false,
    };

    static bool IsUrl(string text) => text.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Host.Length > 0;

    static bool HostAndPort(string text) =>
        text.LastIndexOf(':') is var colon and > 0 && int.TryParse(text.AsSpan(colon + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var port)
        && port is > 0 and < 65536 && Uri.CheckHostName(text[..colon].Trim('[', ']')) != UriHostNameType.Unknown;

    static bool Host(string text) => (text.Contains('.', StringComparison.Ordinal) || text.Contains(':', StringComparison.Ordinal) || text == "localhost") && Uri.CheckHostName(text) != UriHostNameType.Unknown;

    static string Noun(TargetShape shape) => shape switch
    {
        TargetShape.Url => "URL",
        TargetShape.HostAndPort => "host:port",
        TargetShape.HostName => "host name",
        _ => "path",
    };
}
