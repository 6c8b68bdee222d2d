using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// Takes secrets out of what was seen: as they are, percent-encoded, JSON-escaped and in base64 at each of its three alignments
/// (a password within <c>user:password</c> has no base64 of its own).
/// </summary>
sealed class Redactor
{
    public const string Mask = "[secret]";
    readonly HashSet<string> _secrets = new(StringComparer.Ordinal);
    readonly HashSet<string> _forms = new(StringComparer.Ordinal);
    string[]? _longestFirst;

    /// <summary>How many places were masked.</summary>
    public int Count { get; private set; }

    public bool IsIdle => _forms.Count == 0;

    public void Add(string secret)
    {
        // Steps that are asked beside one another learn of secrets at once.
        lock (_secrets) Learn(secret);
    }

    void Learn(string secret)
    {
        if (secret.Length == 0 || !_secrets.Add(secret)) return;
        _longestFirst = null;
        _forms.Add(secret);
        var escaped = Uri.EscapeDataString(secret);
        _forms.Add(escaped);
        _forms.Add(LowerHex(escaped));
        _forms.Add(escaped.Replace("%20", "+", StringComparison.Ordinal));
        _forms.Add(CanonicalJson.Text(secret)[1..^1]);
        if (secret.Length >= 4) AddBase64(Encoding.UTF8.GetBytes(secret));
        if (Password(secret) is { Length: > 0 } password)
        {
            Add(password);
            Add(Uri.UnescapeDataString(password));
        }
    }

    /// <summary>The password of an address, as it is written: a parser of addresses would already have changed its spelling.</summary>
    static string? Password(string secret)
    {
        var from = secret.IndexOf("://", StringComparison.Ordinal);
        if (from < 0) return null;
        var authority = secret[(from + 3)..];
        if (authority.AsSpan().IndexOfAny('/', '?', '#') is var end and >= 0 && authority.LastIndexOf('@') is var last && last < end) authority = authority[..end];
        var at = authority.LastIndexOf('@');
        return at > 0 && authority.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0 && colon < at ? authority[(colon + 1)..at] : null;
    }

    /// <summary>Whether there is anything in it to take out.</summary>
    public bool Finds(string text)
    {
        lock (_secrets) return _forms.Any(form => text.Contains(form, StringComparison.Ordinal));
    }

    public string? Clean(string? text)
    {
        if (text is null || IsIdle) return text;
        foreach (var form in _longestFirst ??= [.. _forms.OrderByDescending(form => form.Length).ThenBy(form => form, StringComparer.Ordinal)])
        {
            var at = text.IndexOf(form, StringComparison.Ordinal);
            if (at < 0) continue;
            for (; at >= 0; at = text.IndexOf(form, at + form.Length, StringComparison.Ordinal)) Count++;
            text = text.Replace(form, Mask, StringComparison.Ordinal);
        }

        return text;
    }

    public Value Clean(Value value) => value switch
    {
        _ when IsIdle => value,
        Value.Text text => Clean(text.Is),
        Value.Number number when _secrets.Contains(number.ToString()) => Masked(),
        Value.Items items => new Value.Items([.. items.Are.Select(Clean)]),
        Value.Fields fields => Clean(fields),
        _ => value,
    };

    public Value.Fields Clean(Value.Fields fields)
    {
        if (IsIdle) return fields;
        var cleaned = new Dictionary<string, Value>(StringComparer.Ordinal);
        foreach (var (name, value) in fields)
        {
            // Two names that held different secrets become one; the later keeps its place under a number.
            var key = Clean(name)!;
            for (var i = 2; !cleaned.TryAdd(key, Clean(value)); i++) key = $"{Clean(name)} {i}";
        }

        return new(cleaned);
    }

    Value Masked()
    {
        Count++;
        return Mask;
    }

    void AddBase64(byte[] secret)
    {
        for (var before = 0; before < 3; before++)
        {
            // The characters that depend on neighbouring bytes are left out: the first ones of a shifted start, and the last of an open end.
            var padded = Convert.ToBase64String([.. new byte[before], .. secret]).TrimEnd('=');
            var from = before == 0 ? 0 : before + 1;
            var open = (before + secret.Length) % 3 != 0 ? 1 : 0;
            if (padded.Length - from - open < 4) continue;
            var form = padded[from..^open];
            _forms.Add(form);
            _forms.Add(form.Replace('+', '-').Replace('/', '_'));
        }
    }

    static string LowerHex(string escaped)
    {
        var lower = new StringBuilder(escaped);
        for (var i = 0; i + 2 < lower.Length; i++)
            if (lower[i] == '%') (lower[i + 1], lower[i + 2]) = (char.ToLowerInvariant(lower[i + 1]), char.ToLowerInvariant(lower[i + 2]));
        return lower.ToString();
    }
}
