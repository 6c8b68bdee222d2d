namespace Muster.Cli.Demo;

/// <summary>Something that is wrong with the shop, the control that must name it, and how it is mended.</summary>
sealed record Fault(string Control, string Says, string Mended)
{
    public static readonly Fault Certificate = new("edge.certificate", "the certificate has 9 days of 90 left", "renewed the certificate");
    public static readonly Fault PlainHttp = new("edge.redirect", "plain HTTP serves the shop instead of redirecting", "plain HTTP now redirects");
    public static readonly Fault Admin = new("edge.admin", "the admin port answers at the edge", "closed the admin port");
    public static readonly Fault Readiness = new("health.honest", "the database is down, and readiness says 200", "started the database");
    public static readonly Fault LostOrders = new("write.lands", "orders are answered with 201 and then forgotten", "orders are committed before they are answered");
    public static readonly Fault Backup = new("data.backup", "the backup has tables of 0 rows, and was never restored", "applied the backup job and restored its newest set");
    public static readonly Fault OldRelease = new("release.coherent", "another digest runs than the one that was released", "deployed the released digest");

    public static IReadOnlyList<Fault> All { get; } = [Certificate, PlainHttp, Admin, Readiness, LostOrders, Backup, OldRelease];
}
