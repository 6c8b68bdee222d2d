using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>The kinds of this family.</summary>
static class IdentityKinds
{
    public static readonly ImmutableArray<ProbeKind> All = [MtlsEnforcementKind.Entry, AuthzMatrixKind.Entry, TokenNegativeKind.Entry, CertificateInventoryKind.Entry, OidcKind.Entry];
}
