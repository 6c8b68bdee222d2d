using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>How a document names several controls: <c>all</c>, an id, <c>prefix.*</c>, <c>section:Name</c>, <c>tag:name</c>.</summary>
sealed class Selectors(IReadOnlyCollection<Control> controls, IReadOnlySet<string> unread, Problems problems)
{
    const int MostSelected = 1_000_000;
    readonly HashSet<string> _ids = [.. controls.Select(control => control.Id)];
    readonly Dictionary<string, ImmutableArray<string>> _matched = [];
    int _selected;

    /// <summary>The ids that the node selects, in ordinal order; a selector that selects nothing is an error.</summary>
    public ImmutableArray<string> Resolve(YamlNode node, string path)
    {
        if (node is YamlNode.List { Items.IsEmpty: true }) problems.Error(node.Place, path, "The list is empty.", "Name controls by all, id, prefix.*, section: or tag:.");
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var item in Typed.Nodes(node))
        {
            if (Typed.Text(item, path, problems) is not { } selector) continue;
            var matched = Match(selector);
            if (matched.IsEmpty && !unread.Contains(selector) && !(selector == "all" && unread.Count > 0)) Unmatched(item, path, selector);
            _selected += matched.Length + 1;
            if (_selected <= MostSelected) found.UnionWith(matched);
            else problems.Error(item.Place, path, $"The document's selectors select more than {MostSelected} controls together.", "Select fewer.");
        }

        return [.. found];
    }

    ImmutableArray<string> Match(string selector)
    {
        if (_ids.Contains(selector)) return [selector];
        if (!IsWide(selector)) return [];
        if (_matched.TryGetValue(selector, out var known)) return known;
        if ((_selected += controls.Count / 100) > MostSelected) return []; // looking through all of them has its price too
        return _matched[selector] = [.. controls.Where(control => Matches(control, selector)).Select(control => control.Id)];
    }

    static bool IsWide(string selector) =>
        selector == "all" || selector.EndsWith(".*", StringComparison.Ordinal) || selector.StartsWith("section:", StringComparison.Ordinal) || selector.StartsWith("tag:", StringComparison.Ordinal);

    static bool Matches(Control control, string selector) =>
        selector == "all"
        || selector.StartsWith("section:", StringComparison.Ordinal) && control.Section == selector["section:".Length..].Trim()
        || selector.StartsWith("tag:", StringComparison.Ordinal) && control.Tags.Contains(selector["tag:".Length..].Trim())
        || selector.EndsWith(".*", StringComparison.Ordinal) && control.Id.StartsWith(selector[..^1], StringComparison.Ordinal);

    void Unmatched(YamlNode at, string path, string selector)
    {
        var (noun, known) =
            selector.StartsWith("section:", StringComparison.Ordinal) ? ("section", controls.Select(control => control.Section).OfType<string>().Select(section => $"section:{section}"))
            : selector.StartsWith("tag:", StringComparison.Ordinal) ? ("tag", controls.SelectMany(control => control.Tags).Select(tag => $"tag:{tag}"))
            : ("control", controls.Select(control => control.Id));
        // A control that could not be read may well have been the one that was meant.
        if (unread.Count > 0 && IsWide(selector)) return;
        problems.Error(at.Place, path, $"\"{selector}\" selects no {noun}.", DidYouMean.Among(known, selector, noun + "s"));
    }
}
