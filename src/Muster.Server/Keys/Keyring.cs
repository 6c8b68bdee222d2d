using System.Text;

namespace Muster.Server.Keys;

/// <summary>Which key opens which project.</summary>
sealed class Keyring(IReadOnlyList<(KeyHash Key, string Project)> keys)
{
    public bool IsEmpty => keys.Count == 0;

    /// <returns>Null: it opens none. Every key is looked at, whichever fits.</returns>
    public string? ProjectOf(string key)
    {
        var hash = KeyHash.HashOf(key);
        string? found = null;
        foreach (var (one, project) in keys)
        {
            if (one.Is(hash)) found = project;
        }

        return found;
    }

    /// <summary>From <c>Authorization</c>: a bearer token, or the password of Basic for clients that know nothing else.</summary>
    public static string? KeyIn(string? authorization)
    {
        if (authorization is null) return null;
        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return authorization[7..].Trim();
        if (!authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return null;
        var bytes = new byte[authorization.Length];
        if (!Convert.TryFromBase64String(authorization[6..].Trim(), bytes, out var length)) return null;
        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : pair[(colon + 1)..];
    }
}
