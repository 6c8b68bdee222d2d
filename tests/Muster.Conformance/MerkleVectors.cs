using System.Text.Json;
using Muster.Ledger;

namespace Muster.Conformance;

/// <summary>The inclusion and consistency vectors of transparency-dev/merkle; <c>wantErr</c> says that the proof must not hold.</summary>
static class MerkleVectors
{
    public static Suite Inclusion(string folder) => Suite.Run("merkle/inclusion", Path.Combine(folder, "merkle", "inclusion"), "*.json", file =>
    {
        using var vector = JsonDocument.Parse(File.ReadAllBytes(file));
        var root = vector.RootElement;
        return TryNumber(root, "leafIdx", out var index) && TryNumber(root, "treeSize", out var size)
            ? Merkle.Includes(index, size, Bytes(root, "leafHash"), Proof(root), Bytes(root, "root")) != Refused(root)
            : Refused(root); // beyond 2^63: no such tree
    });

    public static Suite Consistency(string folder) => Suite.Run("merkle/consistency", Path.Combine(folder, "merkle", "consistency"), "*.json", file =>
    {
        using var vector = JsonDocument.Parse(File.ReadAllBytes(file));
        var root = vector.RootElement;
        return TryNumber(root, "size1", out var first) && TryNumber(root, "size2", out var second)
            ? Merkle.Extends(first, Bytes(root, "root1"), second, Bytes(root, "root2"), Proof(root)) != Refused(root)
            : Refused(root);
    });

    static bool TryNumber(JsonElement vector, string name, out long number) => vector.GetProperty(name).TryGetInt64(out number);

    static bool Refused(JsonElement vector) => vector.GetProperty("wantErr").GetBoolean();

    static byte[] Bytes(JsonElement vector, string name) => vector.GetProperty(name).ValueKind == JsonValueKind.Null ? [] : vector.GetProperty(name).GetBytesFromBase64();

    static byte[][] Proof(JsonElement vector) => vector.GetProperty("proof") is { ValueKind: JsonValueKind.Array } proof ? [.. proof.EnumerateArray().Select(hash => hash.GetBytesFromBase64())] : [];
}
