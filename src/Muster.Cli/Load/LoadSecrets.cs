using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Load;

/// <summary>Fills the secrets of a target, and remembers them so that no output holds one.</summary>
sealed class LoadSecrets(SecretSource source)
{
    readonly List<string> _used = [];

    public IReadOnlyList<string> Used => _used;

    /// <exception cref="Refusal">One is missing.</exception>
    public Value Fill(Value target) => Placeholder.Fill(target, name => name.Split(':', 2) is [("env" or "file") and var from, var secret] ? Find(from, secret) : null);

    Value Find(string from, string name)
    {
        if (source(from, name) is not { Length: >= ProcessSecrets.Least } secret) throw Refusal.Usage($"the secret $({from}:{name}) is missing, or has fewer than {ProcessSecrets.Least} characters", from == "env" ? $"set {name} in the environment" : $"write it into {name}");
        _used.Add(secret);
        return secret;
    }
}
