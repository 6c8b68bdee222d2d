using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>What a recording must not carry on: things whose name says that they open doors, and values that look as if they did.</summary>
static class Sensitive
{
    /// <summary>What stands where a secret stood, so that whoever fills it in finds it.</summary>
    public const string Removed = "REMOVED";

    static readonly string[] Words =
    [
        "password", "passwd", "passphrase", "pwd", "secret", "token", "apikey", "accesskey", "privatekey", "credential", "session", "sessid", "auth", "bearer", "jwt", "csrf", "xsrf", "signature", "cookie",
        "otp", "totp", "mfa", "pin", "cvv", "cvc", "cardnumber", "iban", "ssn", "assertion", "nonce", "samlresponse", "samlrequest", "relaystate", "sso",
    ];

    static readonly string[] Whole = ["sid", "key", "sig", "code", "state", "pass", "ticket", "sas", "se", "sp", "sv", "hmac", "pan"];
    static readonly string[] Short = ["otp", "mfa", "pin", "cvv", "cvc", "ssn", "sso", "pwd"];

    /// <summary>"auth" is in "author" too: better a field too many than a secret.</summary>
    public static bool IsName(string name)
    {
        var plain = new string([.. name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);
        if (Array.IndexOf(Whole, plain) >= 0 || Array.Exists(Words, word => !Short.Contains(word) && plain.Contains(word, StringComparison.Ordinal))) return true;
        // Short words only where they are words of their own: "pin" is in "shipping" and "spinner".
        return Parts(name).Any(part => Array.IndexOf(Short, part) >= 0);
    }

    /// <summary>A JWT, a bearer's word, or a long run of letters and digits mixed as only machines mix them.</summary>
    public static bool IsValue(string value)
    {
        var text = value.AsSpan().Trim();
        if (text.StartsWith("eyJ") && text.Count('.') >= 2) return true;
        if (text.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) || text.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return true;
        return text.Length >= 32 && !text.ContainsAny(" /:?&") && !Guid.TryParse(text, out _) && Mixed(text);
    }

    /// <summary>The same JSON with what is sensitive in it removed; each place's name is told.</summary>
    public static Value Clean(Value value, Action<string> removed) => value switch
    {
        Value.Text text when IsValue(text.Is) => Told("a value that looks like a credential", removed),
        Value.Items items => new Value.Items([.. items.Are.Select(item => Clean(item, removed))]),
        Value.Fields fields => new Value.Fields(fields.Select(field => KeyValuePair.Create(field.Key,
            IsName(field.Key) && field.Value is not (Value.Nothing or Value.Truth) ? Told(field.Key, removed) : Clean(field.Value, removed)))),
        _ => value,
    };

    static Value Told(string name, Action<string> removed)
    {
        removed(name);
        return Removed;
    }

    static bool Mixed(ReadOnlySpan<char> text)
    {
        var (letters, digits) = (0, 0);
        foreach (var letter in text)
            if (char.IsAsciiLetter(letter)) letters++;
            else if (char.IsAsciiDigit(letter)) digits++;
        return letters >= 6 && digits >= 4;
    }

    static IEnumerable<string> Parts(string name)
    {
        var part = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            var starts = char.IsUpper(name[i]) && i > 0 && char.IsLower(name[i - 1]);
            if (starts || !char.IsLetterOrDigit(name[i]))
            {
                if (part.Length > 0) yield return part.ToString();
                part.Clear();
            }

            if (char.IsLetterOrDigit(name[i])) part.Append(char.ToLowerInvariant(name[i]));
        }

        if (part.Length > 0) yield return part.ToString();
    }
}
