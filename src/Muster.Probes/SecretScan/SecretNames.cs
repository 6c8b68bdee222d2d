namespace Muster.Probes;

/// <summary>Whether what a setting is called says that its value is secret.</summary>
static class SecretNames
{
    static readonly string[] Words =
        ["password", "passwd", "passphrase", "pwd", "secret", "token", "apikey", "accesskey", "privatekey", "credential", "encryptionkey", "signingkey", "authkey", "masterkey", "accountkey"];

    /// <summary>What makes a name speak about a secret rather than hold it.</summary>
    static readonly string[] Endings =
    [
        "file", "path", "dir", "name", "names", "ref", "keyref", "refs", "url", "uri", "endpoint", "policy", "length", "ttl", "expiry", "expiration", "lifetime", "timeout", "type", "header", "field", "prefix", "suffix",
        "id", "class", "age", "count", "hint", "label", "env", "var", "provider", "store", "min", "max", "version", "enabled", "required", "source", "mount", "algorithm", "issuer", "audience", "limit", "rotation", "pattern",
    ];

    /// <summary>Keys of a Kubernetes Secret whose value need not be hidden.</summary>
    static readonly string[] Open = ["username", "user", "host", "hostname", "port", "database", "dbname", "ca.crt", "tls.crt", "ca", "cert", "certificate", "namespace", "region", "endpoint", "type", "project", "inheriturl", "name"];

    public static bool Holds(string name)
    {
        var bare = name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal).ToLowerInvariant();
        var at = -1;
        foreach (var word in Words)
            if (bare.LastIndexOf(word, StringComparison.Ordinal) is var found and >= 0) at = Math.Max(at, found + word.Length);
        if (at < 0) return false;
        var rest = bare[at..].TrimStart('s');
        return !Endings.Contains(rest) && !Endings.Any(ending => rest.Length > ending.Length && rest.EndsWith(ending, StringComparison.Ordinal));
    }

    public static bool IsOpen(string key) => Open.Contains(key.ToLowerInvariant()) || key.EndsWith(".crt", StringComparison.OrdinalIgnoreCase);
}
