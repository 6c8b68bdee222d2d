using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What one line of a list of checksums says.</summary>
sealed record Checksum(string Name, string Algorithm, string Hex);

/// <summary>A list of checksums: as sha256sum and sha512sum write it, with or without the star for binary, or in the form of BSD that names the algorithm.</summary>
static partial class ChecksumList
{
    const int MostLines = 100_000;

    /// <exception cref="Unseen">A line is none of a list.</exception>
    public static ImmutableArray<Checksum> Read(ReadOnlySpan<byte> bytes, string name)
    {
        string text;
        try { text = new UTF8Encoding(false, true).GetString(bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes); }
        catch (DecoderFallbackException) { throw new Unseen(Blind.Unreadable, $"{name} is not UTF-8"); }
        var read = ImmutableArray.CreateBuilder<Checksum>();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            if (++number > MostLines) throw new Unseen(Blind.TooLarge, $"{name} has more than {MostLines} lines");
            var bare = line.TrimEnd('\r');
            if (bare.Length == 0 || bare[0] == '#') continue;
            read.Add(One(bare) ?? throw new Unseen(Blind.Unreadable, $"line {number} of {name} is no checksum of SHA-256, SHA-384 or SHA-512 with a name"));
        }

        return read.DrainToImmutable();
    }

    static Checksum? One(string line)
    {
        if (Bsd().Match(line) is { Success: true } bsd)
            return bsd.Groups["hex"].Length == Length(bsd.Groups["of"].Value) ? new(bsd.Groups["name"].Value, "sha" + bsd.Groups["of"].Value, bsd.Groups["hex"].Value.ToLowerInvariant()) : null;
        if (Gnu().Match(line) is not { Success: true } gnu) return null;
        var algorithm = gnu.Groups["hex"].Length switch { 64 => "sha256", 96 => "sha384", 128 => "sha512", _ => null };
        var name = gnu.Groups["name"].Value;
        // A name with a line's end or a backslash in it is written with escapes, and the line begins with a backslash.
        if (gnu.Groups["escaped"].Length > 0) name = name.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
        return algorithm is null ? null : new(name, algorithm, gnu.Groups["hex"].Value.ToLowerInvariant());
    }

    static int Length(string bits) => bits switch { "256" => 64, "384" => 96, _ => 128 };

    [GeneratedRegex(@"^SHA-?(?<of>256|384|512) ?\((?<name>.+)\) ?= ?(?<hex>[0-9a-fA-F]+)\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Bsd();

    [GeneratedRegex(@"^(?<escaped>\\?)(?<hex>[0-9a-fA-F]{64,128}) [ *](?<name>.+)\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Gnu();
}
