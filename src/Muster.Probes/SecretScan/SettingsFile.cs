using System.Collections.Immutable;
using System.Text;
using Muster.Readiness;
using YamlDotNet.Core;

namespace Muster.Probes;

/// <summary>One setting of a file: what it is called, its text, and whether it was written as a reference to something else.</summary>
sealed record Setting(string Path, int Line, string Name, string? Text, string? Refers);

/// <summary>The settings of a file: manifests and other YAML or JSON by their structure, env files line by line.</summary>
static class SettingsFile
{
    const int MostBytes = 4 * 1024 * 1024, MostSettings = 100_000;

    /// <exception cref="Unseen">It cannot be read, so that what it sets is not known.</exception>
    public static async Task<(ImmutableArray<Setting> Settings, ImmutableArray<string> Declared)> Read(string path, string name, CancellationToken cancel)
    {
        if (new FileInfo(path).Length > MostBytes) throw new Unseen(Blind.TooLarge, $"{name} has more than {MostBytes} bytes");
        return Of(Encoding.UTF8.GetString(await File.ReadAllBytesAsync(path, cancel)).TrimStart('\uFEFF'), name);
    }

    public static (ImmutableArray<Setting> Settings, ImmutableArray<string> Declared) Of(string text, string name)
    {
        var settings = ImmutableArray.CreateBuilder<Setting>();
        var declared = ImmutableArray.CreateBuilder<string>();
        if (!IsStructured(name)) Lines(text, name, settings);
        else
        {
            try
            {
                foreach (var (node, _, _) in MarkedTree.Read(text)) Walk(node, name, "", settings, declared, 0);
            }
            catch (Exception unread) when (unread is YamlException or FormatException or InvalidOperationException or ArgumentException)
            {
                // The parser's own words may quote what is secret.
                throw new Unseen(Blind.Unreadable, $"{name} cannot be read as YAML or JSON{(unread is YamlException at ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $", at line {at.Start.Line}, column {at.Start.Column}") : "")}");
            }
        }

        return settings.Count > MostSettings ? throw new Unseen(Blind.TooLarge, $"{name} has more than {MostSettings} settings") : (settings.DrainToImmutable(), declared.DrainToImmutable());
    }

    /// <summary>Whether what it is called says that its value is secret. A Kubernetes Secret's entries are, but for those that name who and where.</summary>
    /// <param name="keys">Names that are secret beside those.</param>
    public static bool IsSecret(string name, ImmutableArray<string> keys) => keys.Contains(name)
        || (name.StartsWith("Secret/", StringComparison.Ordinal) ? !SecretNames.IsOpen(name[(name.IndexOf(' ', StringComparison.Ordinal) + 1)..]) : SecretNames.Holds(name));

    public static bool IsStructured(string name) => Path.GetExtension(name).ToLowerInvariant() is ".yaml" or ".yml" or ".json";

    static void Lines(string text, string name, ImmutableArray<Setting>.Builder into)
    {
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var bare = line.Trim();
            if (bare.StartsWith("export ", StringComparison.Ordinal)) bare = bare[7..].TrimStart();
            var at = bare.IndexOf('=', StringComparison.Ordinal);
            if (bare.StartsWith('#') || at <= 0) continue;
            if (IsName(bare.AsSpan(0, at).TrimEnd())) into.Add(new(name, number, bare[..at].TrimEnd(), Unquoted(bare[(at + 1)..].Trim()), null));
        }
    }

    /// <summary>What stands before the sign is a name only if it looks like one: a line of an address or of a key may hold the sign too, and its beginning is no name to be shown.</summary>
    static bool IsName(ReadOnlySpan<char> text) => text.Length is > 0 and <= 200 && (char.IsAsciiLetter(text[0]) || text[0] is '_' or '.') && text.IndexOfAnyExcept(NameCharacters) < 0;

    static readonly System.Buffers.SearchValues<char> NameCharacters = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

    /// <summary>Of a quoted value what is in the quotes; of another all to a comment, which begins with a blank and #.</summary>
    static string Unquoted(string value)
    {
        if (value is ['"' or '\'', ..] && value.IndexOf(value[0], 1) is var close and > 0) return value[1..close];
        return value.IndexOf(" #", StringComparison.Ordinal) is var comment and >= 0 ? value[..comment].TrimEnd() : value;
    }

    static void Walk(MarkedNode node, string file, string key, ImmutableArray<Setting>.Builder into, ImmutableArray<string>.Builder declared, int depth)
    {
        if (depth > 64) return;
        if (node["kind"]?.Text is "Secret" or "SealedSecret" or "ExternalSecret" && Target(node) is { } made)
        {
            declared.Add(made);
            if (node["kind"]?.Text is not "Secret") return; // What it holds is sealed, or a name in a store.
            foreach (var (inner, kept) in node["stringData"]?.Map ?? []) into.Add(new(file, kept.Line, $"Secret/{made} {inner}", kept.Text ?? "", null));
            foreach (var (inner, kept) in node["data"]?.Map ?? []) into.Add(new(file, kept.Line, $"Secret/{made} {inner}", Decoded(kept.Text ?? ""), null));
            return;
        }

        if (key == "secrets" && depth == 1)
            foreach (var (secret, _) in node.Map ?? []) declared.Add(secret);
        if (node["name"]?.Text is { } name && (node["value"] ?? node["valueFrom"]) is { } value)
        {
            into.Add(new(file, value.Line, name, value.Text, value["secretKeyRef"]?["name"]?.Text ?? node["valueFrom"]?["secretKeyRef"]?["name"]?.Text));
            return;
        }

        foreach (var (inner, held) in node.Map ?? [])
            if (inner is "secretRef" or "secretKeyRef" && held["name"]?.Text is { } refers) into.Add(new(file, held.Line, inner, null, refers));
            else if (held.Text is { } text) into.Add(new(file, held.Line, inner, text, inner is "secretName" or "existingSecret" && text.Length > 0 ? text : null));
            else Walk(held, file, inner, into, declared, depth + 1);
        foreach (var held in node.List ?? [])
            if (held.Text is { } line && line.IndexOf('=', StringComparison.Ordinal) is var at and > 0 && IsName(line.AsSpan(0, at))) into.Add(new(file, held.Line, line[..at], line[(at + 1)..], null));
            else if (held.Text is { } secret && key == "secrets" && depth > 1) into.Add(new(file, held.Line, key, null, secret));
            else Walk(held, file, key, into, declared, depth + 1);
    }

    /// <summary>What the base64 of a Secret's data holds; a template's hole stays as it is.</summary>
    static string Decoded(string text)
    {
        var bare = text.ReplaceLineEndings("").Trim();
        return System.Buffers.Text.Base64.IsValid(bare) ? Encoding.Latin1.GetString(Convert.FromBase64String(bare)) : text;
    }

    /// <summary>The Secret that this object is, or that an operator will make of it.</summary>
    static string? Target(MarkedNode node) => node["spec"]?["target"]?["name"]?.Text ?? node["spec"]?["template"]?["metadata"]?["name"]?.Text ?? node["metadata"]?["name"]?.Text;
}
