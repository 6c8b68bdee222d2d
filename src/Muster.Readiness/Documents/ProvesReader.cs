using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>The requirements that a control says it proves. One that nobody knows is warned of and kept: a team may have lines of its own.</summary>
static class ProvesReader
{
    const string Key = "proves";

    public static ImmutableArray<string> Read(Keys keys, RequirementIds? requirements)
    {
        var named = keys.Texts(Key);
        if (named.IsEmpty || requirements is null) return named;
        var known = requirements();
        foreach (var node in Typed.Nodes(keys.Take(Key)!).OfType<YamlNode.Scalar>().Where(scalar => !known.Contains(scalar.Text)))
            keys.Problems.Warn(node.Place, keys.At(Key), $"No requirement of the catalogue is called \"{node.Text}\", so that `muster requirements` will not show it.", Fix(known, node.Text));
        return named;
    }

    /// <summary>Ids differ by their last digits, so the ones that begin alike are asked first.</summary>
    static string Fix(IReadOnlyCollection<string> known, string written)
    {
        var alike = known.Where(id => written.Length > 1 && id.StartsWith(written[..2], StringComparison.OrdinalIgnoreCase)).ToList();
        return DidYouMean.Nearest(alike.Count > 0 ? alike : known, written) is { } near
            ? $"Did you mean \"{near}\"?"
            : "`muster requirements` lists them; leave it if it is a line of your own.";
    }
}
