using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>The kinds of this family.</summary>
static class SecretScanKinds
{
    public static readonly ImmutableArray<ProbeKind> All = [SecretsScanKind.Entry, SecretsReferencesKind.Entry, SecretsStrengthKind.Entry, SecretsRotationKind.Entry];
}
