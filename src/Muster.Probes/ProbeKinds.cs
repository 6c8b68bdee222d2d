using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Every kind that this build can look with: declaration, probe and failing fixture.</summary>
public static class ProbeKinds
{
    public static readonly ImmutableArray<ProbeKind> All =
    [
        HttpKind.Entry,
        TlsEndpointKind.Entry,
        TcpKind.Entry,
        DnsKind.Entry,
        HealthKind.Entry,
        FileKind.Entry,
        CommandKind.Entry,
        JUnitKind.Entry,
        SarifKind.Entry,
        K6Kind.Entry,
        CycloneDxKind.Entry,
        SpdxKind.Entry,
        TrivyKind.Entry,
        GrypeKind.Entry,
        ChaosToolkitKind.Entry,
        .. MonitoringKinds.All,
        .. AlertingKinds.All,
        .. PostgresKinds.All,
        .. RedisKinds.All,
        .. BrokersKinds.All,
        .. CredentialsKinds.All,
        .. IdentityKinds.All,
        .. NetworkKinds.All,
        .. RevokingKinds.All,
        .. SecretScanKinds.All,
        .. ConfigurationKinds.All,
        .. HostsKinds.All,
        .. ArtifactsKinds.All,
        .. BackupsKinds.All,
        .. RestoringKinds.All,
        .. OutagesKinds.All,
        .. DrainingKinds.All,
        .. Load.LoadKinds.All,
        .. CrashingKinds.All,
        .. ChaosKinds.All,
        .. FailoverKinds.All,
    ];

    /// <summary>All declarations, those that only the judge needs included.</summary>
    public static readonly KindCatalogue Catalogue = new(All.Select(kind => kind.Kind).Concat(JudgeKinds.All));

    public static ProbeKind? Find(string name) => All.FirstOrDefault(kind => kind.Kind.Name == name);
}
