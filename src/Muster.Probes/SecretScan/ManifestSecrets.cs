using System.Buffers.Text;
using System.Text;
using YamlDotNet.Core;

namespace Muster.Probes;

/// <summary>
/// Secrets by the structure of what holds them: a Kubernetes Secret, whose values are base64 or plain; a setting of a container; what the last client left in an annotation.
/// What is sealed or fetched from a store is no secret, whatever its text looks like.
/// </summary>
sealed class ManifestSecrets(SecretEngine engine, List<SecretHit> hits)
{
    const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";
    const int MostText = 4 * 1024 * 1024, Deepest = 64;
    static readonly string[] Stores = ["SealedSecret", "ExternalSecret", "ClusterExternalSecret", "PushSecret", "SecretProviderClass", "VaultStaticSecret", "VaultDynamicSecret", "SecretStore", "ClusterSecretStore"];
    readonly List<(int From, int To)> _known = [];

    public static bool MayBe(ReadOnlySpan<char> text, string name) => text.Length <= MostText && SecretEngine.IsSettings(name) && !Path.GetFileName(name.AsSpan()).StartsWith(".env", StringComparison.Ordinal)
        && (text.Contains("kind", StringComparison.Ordinal) && text.ContainsAny(Kinds) || text.Contains("value", StringComparison.Ordinal) && text.Contains("name", StringComparison.Ordinal) || text.Contains("sops", StringComparison.Ordinal));

    static readonly System.Buffers.SearchValues<string> Kinds = System.Buffers.SearchValues.Create(["Secret", "ConfigMap", LastApplied], StringComparison.Ordinal);

    /// <summary>Whether the structure has told already what is on this line.</summary>
    public bool Knows(int line) => _known.Any(range => line >= range.From && line <= range.To);

    public void Read(ReadOnlySpan<char> text, string name)
    {
        var whole = text.ToString();
        try
        {
            foreach (var (node, from, to) in MarkedTree.Read(whole)) Document(node, from, to);
        }
        catch (Exception unread) when (unread is YamlException or FormatException or InvalidOperationException or ArgumentException)
        {
            // Only where something secret would stand by its structure alone is that a loss; the rules have read all of it as text.
            if (HasSecret(whole)) engine.Tally.Unread++;
        }
    }

    static bool HasSecret(string text) => text.AsSpan().EnumerateLines() is var lines && Any(lines);

    static bool Any(SpanLineEnumerator lines)
    {
        foreach (var line in lines)
            if (line.Trim().Trim(',') is "kind: Secret" or "kind: \"Secret\"" or "\"kind\": \"Secret\"" or "\"kind\":\"Secret\"") return true;
        return false;
    }

    void Document(MarkedNode node, int from, int to)
    {
        var kind = node["kind"]?.Text;
        if (kind is not null && Stores.Contains(kind) || node["sops"]?["mac"] is not null)
        {
            engine.Tally.Protected++;
            _known.Add((from, to));
        }
        else if (kind == "Secret")
        {
            _known.Add((from, to));
            Secret(node);
            Walk(node["metadata"] ?? node, "Secret", 0);
        }
        else if (kind is not null && kind.EndsWith("List", StringComparison.Ordinal) && node["items"]?.List is { } items)
            for (var i = 0; i < items.Count; i++) Document(items[i], items[i].Line, i + 1 < items.Count ? items[i + 1].Line - 1 : to);
        else Walk(node, kind is null ? "" : Named(node, kind), 0);
    }

    static string Named(MarkedNode node, string kind) => $"{kind}/{node["metadata"]?["name"]?.Text}";

    void Secret(MarkedNode node)
    {
        var of = Named(node, "Secret");
        foreach (var (key, value) in node["stringData"]?.Map ?? []) Kept(of, key, value, value.Text ?? "", "stringData");
        foreach (var (key, value) in node["data"]?.Map ?? [])
            if (value.Text is { } text && !SecretValues.StandsIn(text)) Kept(of, key, value, Decoded(text) ?? text, "data");
    }

    void Kept(string of, string key, MarkedNode at, string value, string part)
    {
        var trimmed = value.Trim();
        if (SecretValues.StandsIn(trimmed)) return;
        var twice = Decoded(trimmed);
        if (!SecretNames.IsOpen(key)) hits.Add(new("kubernetes-secret", at.Line, trimmed, $"{of} {part}.{key}"));
        else Within(trimmed, at.Line, of);
        if (twice is not null) Within(twice, at.Line, of);
    }

    void Walk(MarkedNode node, string of, int depth)
    {
        if (depth > Deepest) return;
        if (node["name"]?.Text is { } named && node["value"] is { Text: { } set } value && SecretNames.Holds(named) && Weighs(set))
            hits.Add(new("environment-value", value.Line, set, $"{of} {named}"));
        foreach (var (key, inner) in node.Map ?? [])
            if (key == LastApplied && inner.Text is { } applied) Applied(applied, inner.Line, of);
            else if (of.StartsWith("ConfigMap/", StringComparison.Ordinal) && inner.Text is { } plain && SecretNames.Holds(key) && Weighs(plain)) hits.Add(new("config-map-value", inner.Line, plain, $"{of} {key}"));
            else if (inner.Text is { } text && text.Contains('\n', StringComparison.Ordinal)) Within(text, inner.Line, of);
            else Walk(inner, of, depth + 1);
        foreach (var inner in node.List ?? []) Walk(inner, of, depth + 1);
    }

    static bool Weighs(string value) => value.Length >= 4 && !SecretValues.StandsIn(value) && !SecretValues.IsCode(value);

    /// <summary>The annotation holds the whole manifest once more, on one line.</summary>
    void Applied(string json, int line, string of)
    {
        var inner = new List<SecretHit>();
        new ManifestSecrets(engine, inner).Read(json, "last-applied.json");
        hits.AddRange(inner.Select(hit => hit with { Line = line, Within = $"{of} {LastApplied}" }));
    }

    void Within(string text, int line, string of)
    {
        var raw = new List<(SecretHit Hit, bool ByName)>();
        engine.Raw(text, settings: true, raw);
        hits.AddRange(raw.Select(one => one.Hit with { Line = line + one.Hit.Line - 1, Within = of }));
    }

    static string? Decoded(string text)
    {
        var bare = text.ReplaceLineEndings("").Trim();
        if (bare.Length < 4 || !Base64.IsValid(bare)) return null;
        var bytes = Convert.FromBase64String(bare);
        return bytes.AsSpan().IndexOfAnyInRange((byte)0, (byte)8) < 0 ? Encoding.Latin1.GetString(bytes) : null;
    }
}
