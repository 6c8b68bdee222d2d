namespace Muster.Proofs.Tests;

sealed class CredentialsAtFaults : IAskedAtFaults
{
    public IReadOnlyDictionary<string, string> Asked { get; } = new Dictionary<string, string>
    {
        ["credentials.default_login"] = "credentials.default_login: \"postgres://ADDRESS/shop\", pace: 0s",
    };
}
