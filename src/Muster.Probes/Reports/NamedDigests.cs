using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The SHA-256 digests within what a tool calls the thing it looked at: an image reference, a package URL, a hash.</summary>
static partial class NamedDigests
{
    const int MostNamed = 1000;

    public static ImmutableArray<string> In(IEnumerable<string?> names) =>
        [.. names.OfType<string>().SelectMany(name => Written().Matches(name).Select(match => match.Groups["hex"].Value))
            .Where(hex => hex.Length == 64).Select(hex => $"sha256:{hex.ToLowerInvariant()}").Distinct().Take(MostNamed)];

    /// <summary>A hash of the algorithm SHA-256, which stands without its name.</summary>
    public static string? Bare(string? hash) => Digest.TryParse(hash?.ToLowerInvariant(), out var digest) ? digest.ToString() : null;

    [GeneratedRegex("(?i)sha256(:|%3a)(?<hex>[0-9a-f]{64,})", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Written();
}
