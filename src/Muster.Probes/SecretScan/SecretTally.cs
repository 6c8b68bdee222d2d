namespace Muster.Probes;

/// <summary>What was met on the way that is no secret, and is shown all the same.</summary>
sealed class SecretTally
{
    /// <summary>Forms in which a secret may be kept openly: sealed, fetched from a store, encrypted in place.</summary>
    public int Protected { get; set; }

    /// <summary>Manifests of secrets that could not be read, so that what they hold is not known.</summary>
    public int Unread { get; set; }
}
