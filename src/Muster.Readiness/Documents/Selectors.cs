using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>How a document names several controls: <c>all</c>, an id, <c>prefix.*</c>, <c>section:Name</c>, <c>tag:name</c>.</summary>
sealed class Selectors(IReadOnlyCollection<Control> controls, IReadOnlySet<string> unread, Problems problems)
{
    /// <summary>The ids that the node selects, in ordinal order; a selector that selects nothing is an error.</summary>
    public ImmutableArray<string> Resolve(YamlNode node, string path)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var item in Typed.Nodes(node))
        {
            if (Typed.Text(item, path, problems) is not { } selector) continue;
            var matched = Match(selector);
            if (matched.Count == 0 && !unread.Contains(selector) && !(selector == "all" && unread.Count > 0)) Unmatched(item, path, selector);
            found.UnionWith(matched);
        }

        return [.. found];
    }

    List<string> Match(string selector) => [.. controls.Where(control => Matches(control, selector)).Select(control => control.Id)];

    static bool Matches(Control control, string selector) =>
        selector == "all" || control.Id == selector
        || selector.EndsWith(".*", StringComparison.Ordinal) && control.Id.StartsWith(selector[..^1], StringComparison.Ordinal)
        || selector.StartsWith("section:", StringComparison.Ordinal) && control.Section == selector["section:".Length..].Trim()
        || selector.StartsWith("tag:", StringComparison.Ordinal) && control.Tags.Contains(selector["tag:".Length..].Trim());

    void Unmatched(YamlNode at, string path, string selector)
    {
        var (noun, known) =
            selector.StartsWith("section:", StringComparison.Ordinal) ? ("section", controls.Select(control => control.Section).OfType<string>().Select(section => $"section:{section}"))
            : selector.StartsWith("tag:", StringComparison.Ordinal) ? ("tag", controls.SelectMany(control => control.Tags).Select(tag => $"tag:{tag}"))
            : ("control", controls.Select(control => control.Id));
        if (unread.Count > 0 && noun == "control" && selector.EndsWith(".*", StringComparison.Ordinal)) return;
        problems.Error(at.Place, path, $"\"{selector}\" selects no {noun}.", DidYouMean.Among(known, selector, noun + "s"));
    }
}
