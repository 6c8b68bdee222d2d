namespace Muster.Readiness;

/// <summary>Whether a key still signs for a gate, asked before what it signed is taken in.</summary>
public static class RevokedKeys
{
    public static bool Has(Document document, Digest release, Folded ledger, Gate gate, DateTimeOffset at, string keyId) =>
        new Case(document, release, ledger, gate, at, new([])).Revocations.Has(keyId);
}
