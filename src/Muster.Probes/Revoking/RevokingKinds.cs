using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>The kinds of this family: what was good once is refused now.</summary>
static class RevokingKinds
{
    public static readonly ImmutableArray<ProbeKind> All = [TokenRevocationKind.Entry, CredentialRotationKind.Entry, CertificateRotationKind.Entry];
}
