using System.Text;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A file's content as a value: JSON strictly, YAML by its core schema.</summary>
static class FileTree
{
    public static Value Read(string how, byte[] bytes, string name)
    {
        ReadOnlySpan<byte> content = bytes;
        if (content.StartsWith("\uFEFF"u8)) content = content[3..];
        try { return how == "json" ? Value.Parse(content) : YamlTree.Read(content); }
        catch (Exception unread) when (unread is JsonException or InvalidOperationException or YamlDotNet.Core.YamlException or FormatException or DecoderFallbackException)
        {
            throw new Unseen(Blind.Unreadable, $"{name} is not {how.ToUpperInvariant()}: {unread.Message}", unread);
        }
    }
}
