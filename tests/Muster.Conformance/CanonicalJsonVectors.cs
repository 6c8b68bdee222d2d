using Muster.Readiness;

namespace Muster.Conformance;

/// <summary>The RFC 8785 pairs of cyberphone/json-canonicalization: each input must become its output, byte for byte.</summary>
static class CanonicalJsonVectors
{
    public static Suite Run(string folder) => Suite.Run("jcs", Path.Combine(folder, "jcs", "input"), "*.json", file =>
    {
        var expected = File.ReadAllBytes(Path.Combine(folder, "jcs", "output", Path.GetFileName(file)));
        return CanonicalJson.Bytes(Value.Parse(File.ReadAllBytes(file))).AsSpan().SequenceEqual(expected);
    });
}
