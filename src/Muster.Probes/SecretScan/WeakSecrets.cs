using System.Collections.Frozen;
using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What <c>weak-secrets.yaml</c> says: values that everybody knows, and words that people build others from.</summary>
static class WeakSecrets
{
    static readonly Lazy<(FrozenSet<string> Known, ImmutableArray<string> Words)> Read = new(() =>
    {
        using var resource = typeof(WeakSecrets).Assembly.GetManifestResourceStream("weak-secrets.yaml")!;
        using var held = new MemoryStream();
        resource.CopyTo(held);
        var tree = FileTree.Read("yaml", held.ToArray(), "weak-secrets.yaml");
        string[] Texts(string name) => [.. tree.Items(name).Select(item => item.Text() ?? item.ToString())];
        return (Texts("known").ToFrozenSet(StringComparer.OrdinalIgnoreCase), [.. Texts("words").OrderByDescending(word => word.Length)]);
    });

    /// <summary>The longest first.</summary>
    public static ImmutableArray<string> Words => Read.Value.Words;

    /// <summary>A default that everybody knows, or a text that only holds the place of a secret.</summary>
    public static bool Knows(string value) => Read.Value.Known.Contains(value.Trim()) || SecretValues.StandsIn(value.Trim());
}
