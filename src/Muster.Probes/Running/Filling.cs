using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// Fills what only a run can know, in one pass: what a target answered is never read for placeholders again, so that an answer cannot ask for a secret.
/// </summary>
sealed class Filling(SecretSource secrets, Redactor redactor)
{
    readonly Dictionary<string, Value.Fields> _seen = new(StringComparer.Ordinal);
    readonly string _nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    public void Saw(string step, Value.Fields observation) => _seen[step] = observation;

    /// <param name="others">Parameters that name another target, and so may hold its secrets.</param>
    /// <param name="fillsItself">The kind's, <see cref="ProbeKind.FillsItself"/>.</param>
    public Asked Fill(Asked asked, IReadOnlySet<string> others, Func<string, bool>? fillsItself = null) => asked with
    {
        Parameters = new(asked.Parameters.Select(parameter =>
            KeyValuePair.Create(parameter.Key, Placeholder.Fill(parameter.Value, placeholder => Find(placeholder, parameter.Key == "target" || others.Contains(parameter.Key), fillsItself)))))
    };

    Value? Find(string placeholder, bool inTarget, Func<string, bool>? fillsItself)
    {
        if (placeholder == "nonce") return _nonce;
        if (fillsItself?.Invoke(placeholder) == true) return null; // each request of it fills it anew
        if (placeholder.Split(':', 2) is [("env" or "file") and var from, var name]) return inTarget
            ? Secret(from, name)
            : throw new Unseen(Blind.NoSecret, $"$({placeholder}) stands outside of the target; secrets may stand only under targets");
        var step = _seen.Keys.Where(step => placeholder.StartsWith(step + ".", StringComparison.Ordinal)).MaxBy(step => step.Length);
        var found = step is null ? null : Walk(_seen[step], placeholder[(step.Length + 1)..]);
        return found ?? throw new Unseen(Blind.NotReached, $"$({placeholder}) has no value: no earlier step saw it");
    }

    Value Secret(string from, string name)
    {
        if (secrets(from, name) is not { Length: > 0 } secret) throw new Unseen(Blind.NoSecret, $"the secret $({from}:{name}) is missing or empty");
        if (secret.Length < ProcessSecrets.Least)
            throw new Unseen(Blind.NoSecret, $"the secret $({from}:{name}) has fewer than {ProcessSecrets.Least} characters: taking it out of what was seen would take out words too, so it is not used");
        redactor.Add(secret);
        return secret;
    }

    static Value? Walk(Value from, string path) =>
        path.StartsWith('/') ? JsonPointer.Find((from as Value.Fields)?["json"] ?? from, path) : JsonPointer.Find(from, "/" + path.Replace('.', '/'));
}
