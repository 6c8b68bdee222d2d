using System.Collections.Frozen;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Credentials that a target hands out in JSON are secrets too, though no target names them. Short values are words ("required"), not tokens.</summary>
static class Tokens
{
    const int Least = 16;
    const int Deepest = 64;

    static readonly FrozenSet<string> Names = FrozenSet.Create(StringComparer.OrdinalIgnoreCase,
        "access_token", "accessToken", "refresh_token", "refreshToken", "id_token", "idToken", "token", "api_key", "apiKey", "client_secret", "clientSecret",
        "secret", "password", "session_token", "sessionToken", "private_key", "privateKey");

    public static void Learn(Value seen, Redactor redactor, int depth = 0)
    {
        if (depth > Deepest) return;
        if (seen is Value.Items items)
            foreach (var item in items.Are) Learn(item, redactor, depth + 1);
        if (seen is not Value.Fields fields) return;
        foreach (var (name, value) in fields)
            if (value is Value.Text { Is.Length: >= Least } token && Names.Contains(name)) redactor.Add(token.Is);
            else Learn(value, redactor, depth + 1);
    }
}
